"""Signing up for occasions: places kept, waiting lists that move up, and who did not come."""
