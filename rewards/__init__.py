"""Points and rewards for community spaces."""
