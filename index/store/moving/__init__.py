"""Moving and keeping a base: exports, restores, backups. The format: docs/reference/export-format.md."""
