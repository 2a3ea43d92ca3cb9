"""Rules as data: what an act is worth, and the caps; posts through the ledger."""
