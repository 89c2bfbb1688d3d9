"""Changing records by hand: what is wrong with a change, and the change itself. Knows no HTTP."""
