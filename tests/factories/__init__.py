"""Builders of what a test starts from, through the application's own operations."""
