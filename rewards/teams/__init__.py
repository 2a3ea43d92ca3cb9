"""Teams of people, and who belonged to them when."""
