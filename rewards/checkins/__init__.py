"""Codes, scans, check-in and check-out."""
