"""Pages for screens on a wall; nobody signs in there and nobody is named in full."""
