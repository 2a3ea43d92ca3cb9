"""The demo district: two networks, invented people, and a history that is always fresh."""
