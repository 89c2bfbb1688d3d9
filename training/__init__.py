"""The scripts that made the shipped weights; a second person can rerun them."""
