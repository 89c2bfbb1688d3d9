"""How requests share the models: who waits, who is next, what is matched together, who is refused."""
