"""Operating-system processes: the private Redis server and the supervisor of flask up."""
