"""Typed answers out of Polish text: dates, amounts, phones, plates; knows nothing of flows and of Rasa.

`parse_answer` reads the answer to a question of a known kind, `find_answers` what a free message says
unasked. Both are pure: the moment is passed in, nothing is stored, logged or looked up over a network.
"""

from .choices import Option
from .finding import find_answers
from .model import Answer, Found, Kind, Reason, Rejection, Value
from .parsing import parse_answer

__all__ = ["Answer", "Found", "Kind", "Option", "Reason", "Rejection", "Value", "find_answers", "parse_answer"]
