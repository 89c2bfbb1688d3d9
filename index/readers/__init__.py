"""Readers of documents that statements come from."""
