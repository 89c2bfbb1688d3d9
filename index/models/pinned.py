"""What the packaged relation model's `model.json` must be, which pins its other files. `training/relation/pin.py` writes this."""

RELATION_SHA256 = "8fc23b5430adc5444e9e85a1ac54581ab1579258018ad8483177cdb5d75757e2"
