"""Screens on walls: how they are paired, at which node, what they show, and when they were seen."""
