"""What the packaged relation model's `model.json` must be, which pins its other files. `training/relation/pin.py` writes this."""

RELATION_SHA256 = "86764cfeaa65ba65fc767491272572f11c9be6aa89ea307846836fc8e165043c"
