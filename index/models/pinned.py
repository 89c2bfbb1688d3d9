"""What the packaged relation model's `model.json` must be, which pins its other files. `training/relation/pin.py` writes this."""

RELATION_SHA256 = "86855c813c7ee7b44b5f6b591849a1f0366293688fd02529ceb819406adef32b"
