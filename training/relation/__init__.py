"""How the relation model was made. Run in this order: base, generate, train, export; docs/why/relation.md has the commands."""
