"""Points by hand: reversals, adjustments and awards, each with its reason and who decided."""
