"""HTTP things that the API and the pages share."""
