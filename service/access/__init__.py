"""Who may do what: API keys, what they allow, and how often."""
