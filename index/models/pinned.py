"""What the packaged relation model's `model.json` must be, which pins its other files. `training/relation/pin.py` writes this."""

RELATION_SHA256 = "8405110b387cc17d1803b8012b9c07da0415d016e64eeb3437043962128ef1e5"
