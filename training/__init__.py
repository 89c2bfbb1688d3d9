"""How what is learned was learned: scripts that a second person can rerun."""
