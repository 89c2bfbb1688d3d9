"""What the packaged relation model's `model.json` must be, which pins its other files. `training/relation/pin.py` writes this."""

RELATION_SHA256 = "37beee00d9972c7e7e6419ba5f0a52bd27cb9b339b573c0cce4b4caf6a8c6baf"
