"""Who is who: staff and their grants, sign-ins of browsers and API clients, one-time codes."""
