"""Actors, the roles they hold at a node, what those allow, and the audit of it."""
