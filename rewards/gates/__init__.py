"""Tablets at the door that go on without a network, and what they upload when it is back."""
