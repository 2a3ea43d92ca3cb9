"""Appeals against a line of the history, or against an attendance that earned nothing."""
