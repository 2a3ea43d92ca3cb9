"""What a person has over a period: the statement, and the slip that records their hours."""
