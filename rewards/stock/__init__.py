"""Offline spaces, their reward items, and what stands on the shelf."""
