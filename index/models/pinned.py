"""What the packaged relation model's `model.json` must be, which pins its other files. `training/relation/pin.py` writes this."""

RELATION_SHA256 = "7f99868494a6934dfa0fd26fa34ce191dd7f68db9077eb159c9a8ae76e0594ec"
