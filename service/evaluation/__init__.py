"""Every measurement of the service; nothing is measured elsewhere.

- `retrieval`: is the right statement found? MAP, MRR, success@k over a labelled corpus.
- `answers`: is it right to answer, or to abstain? Risk, coverage, calibration over labelled claims.
- `pairs`: is the relation right? Accuracy over labelled pairs.
- `selftest`: do stored statements survive known changes?
- `metrics` computes the figures, `labelled` reads the sets, `curve` draws the risk-coverage curve.
"""
