"""Occasions at a node: activities, study sessions, service shifts."""
