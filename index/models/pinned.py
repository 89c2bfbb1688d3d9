"""What the packaged relation model's `model.json` must be, which pins its other files. `training/relation/pin.py` writes this."""

RELATION_SHA256 = "de3be8c9f5bd51b97d0704a6eda8396c1d31fd01ad05c0f4a48164dc9c70178b"
