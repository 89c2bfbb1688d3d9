"""Signs that stand on letters or stretch them, and make no other word."""

from __future__ import annotations

import re

MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u1ab0-\u1aff\u20d0-\u20ff\ufe00-\ufe0f]"
)
"""Stress, strokes through words, Hebrew points, Arabic vowels, variation selectors: dropped, once they have made no other letter.
Marks of other scripts are letters of their own."""
TATWEEL = "\u0640"
"""What stretches Arabic words."""
