"""What the packaged relation model's `model.json` must be, which pins its other files. `training/relation/pin.py` writes this."""

RELATION_SHA256 = "f37f650970c939ab137376a3cefb1e1ad376cf8d7795509b0b1d016493785d56"
