"""The self-test: change stored statements in known ways, check them as claims, and count the right answers.

It tells operators how far to trust answers about their own records. Two figures are measured: whether the statement is still found,
and whether the relation is the one that the change makes. How often a change could be tried is told with them.
"""

from service.evaluation.selftest.changes import EXPECTED, Change, Probe
from service.evaluation.selftest.names import Names
from service.evaluation.selftest.probes import probes_of
from service.evaluation.selftest.running import ProbeResult, SelfTest, names_in, selftest
from service.evaluation.selftest.words import DENIED

__all__ = ["DENIED", "EXPECTED", "Change", "Names", "Probe", "ProbeResult", "SelfTest", "names_in", "probes_of", "selftest"]
