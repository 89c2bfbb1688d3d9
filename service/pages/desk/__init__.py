"""The desk's pages: records added, changed, reviewed, taken back. What is checked is checked by `service/editing`, as over HTTP."""
