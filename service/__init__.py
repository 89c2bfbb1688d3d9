"""All that answers a request. It imports `index`, never the other way round."""

VERSION = "0.1.0"
