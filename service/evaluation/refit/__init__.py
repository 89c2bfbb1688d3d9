"""Refit how sure answers are on an operator's own labelled claims: few figures, shrunk towards the packaged ones.

`claims.py` reads the claims, `looking.py` runs them through the service, `fitting.py` fits by means of `shrunk.py`, `measuring.py`
measures before and after in cross-validation. `docs/how-to/evaluate.md` tells what it is for.
"""

from service.evaluation.refit.claims import FEWEST, WORTH_IT, LabelledClaim, read_claims
from service.evaluation.refit.fitting import Choice, Fit, Values
from service.evaluation.refit.looking import Service
from service.evaluation.refit.measuring import Figures
from service.evaluation.refit.running import Refit, refit
from service.evaluation.refit.shrunk import Correction

__all__ = [
    "FEWEST",
    "WORTH_IT",
    "Choice",
    "Correction",
    "Figures",
    "Fit",
    "LabelledClaim",
    "Refit",
    "Service",
    "Values",
    "read_claims",
    "refit",
]
