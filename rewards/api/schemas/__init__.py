"""The wire format of each resource."""
