"""Indexes that Milvus keeps, for what one machine no longer holds.

`home.py` makes them; `entries.py` says what stands in Milvus; `connection.py` asks it.
"""
