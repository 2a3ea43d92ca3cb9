"""Reports for whoever supervises: what staff entered by hand, how much, and for whom."""
