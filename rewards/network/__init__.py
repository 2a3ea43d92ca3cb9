"""The four-level network of nodes: center, institute, station, point."""
