"""What participants are told about their own points and hours, until they have read it."""
