"""The ledger: what every change of a record leaves behind, for good. Knows no database."""
