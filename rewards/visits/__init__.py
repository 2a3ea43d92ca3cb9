"""Who stands before the desk: a scanned code or card, exchanged for a few minutes there."""
