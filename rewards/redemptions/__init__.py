"""Reserve points and goods, then hand over, cancel or let expire."""
