"""Telling other systems of what happened here, by messages that they can trust."""
