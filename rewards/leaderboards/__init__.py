"""Boards of earned points: a projection in Redis that can be made anew."""
