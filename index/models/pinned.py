"""What the packaged relation model's `model.json` must be, which pins its other files. `training/relation/pin.py` writes this."""

RELATION_SHA256 = "0bdbeacd6deba8d8797501f0e4bd578741a2befcc440675c8381ece78fda15c9"
