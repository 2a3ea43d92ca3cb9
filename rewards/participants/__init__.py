"""People who take part: profile, contact, consents."""
