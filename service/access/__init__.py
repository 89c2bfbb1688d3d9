"""Who may do what: API keys, people who sign in, what they are allowed, and how often."""
