"""What somebody may type on the console as a text to customers: names of values in braces, and nothing that runs.

Files of the content may hold more (conditions, loops): they are written by whoever may change the program as well.
"""

from __future__ import annotations

import re

from bot.language.filters import FILTERS

_NAME = r"[a-z]\w*(?:\.[A-Za-z]\w*|\[[a-z]\w*\])*"
_FILTER = rf"\|\s*(?:{'|'.join(sorted(FILTERS))}|telefon)(?:\([\w\s=,.'\"-]*\))?"
# A value and how it is written.
_VALUE = re.compile(rf"\{{\{{\s*{_NAME}\s*(?:{_FILTER}\s*)*\}}\}}")
_BRACES = re.compile(r"\{[{%#]|[}%#]\}")


def names_values_alone(text: str) -> bool:
    """Whether the braces in `text` hold no more than the name of a value and a known way of writing it."""
    named = " ".join(_VALUE.findall(text))
    return not _BRACES.search(_VALUE.sub("", text)) and "__" not in named.replace("___", "")
