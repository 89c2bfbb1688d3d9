"""What the packaged relation model's `model.json` must be, which pins its other files. `training/relation/pin.py` writes this."""

RELATION_SHA256 = "a9004cf07c90fd4f1850efa4d51f30d85fa014818c4de892edf5820f67fb4a27"
