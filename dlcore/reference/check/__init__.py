"""Is a pair of functions right, and if not, what is wrong with it?

check_rule compares a backward with differences of its forward; check_pair compares a student's pair
with ours, and names the mistake.
"""

from .differences import GradientMismatch, check_rule
from .pairs import PairReport, check_pair

__all__ = ["GradientMismatch", "PairReport", "check_pair", "check_rule"]
