"""What the packaged relation model's `model.json` must be, which pins its other files. `training/relation/pin.py` writes this."""

RELATION_SHA256 = "aa085e3462cca5b1f2e23c08323cdf2512e86cbdaac35687f23978150fd7161c"
