"""All that turns statements into something searchable. It knows nothing of HTTP."""
