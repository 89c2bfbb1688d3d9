"""Changing records by hand: who may, what is wrong with a change, and the change itself. Knows no HTTP but the guard."""
