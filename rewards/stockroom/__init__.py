"""Why pieces move without a resident: changes that two stand behind, transfers, counts, goods."""
