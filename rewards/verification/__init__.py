"""The continuous check of the books: every feature's own checks over one snapshot, and anchors."""
