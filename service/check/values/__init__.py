"""What a text says in figures, as values that can be compared across nine languages.

Own code: dateparser 1.5 needs milliseconds for a sentence and has no Belarusian cases, number-parser and text2num lack Belarusian,
Polish and Arabic words, quantulum3 reads English only, and Babel's CLDR names have no oblique cases (the tests check against them).
"""

from service.check.values.compare import Finding, Ground, Outcome, compare
from service.check.values.model import Bound, Clock, Day, Figures, Label, Openness, Ordinal, Period, Quantity, Unit, Value
from service.check.values.reader import Reader

__all__ = [
    "Bound",
    "Clock",
    "Day",
    "Figures",
    "Finding",
    "Ground",
    "Label",
    "Openness",
    "Ordinal",
    "Outcome",
    "Period",
    "Quantity",
    "Reader",
    "Unit",
    "Value",
    "compare",
]
