"""One text in every form of address, for editors: what each person reads, or why it cannot be said to them."""

from __future__ import annotations

from collections.abc import Iterator

from bot.language.address import Address
from bot.language.compiled import examine
from bot.language.errors import MarkupError

# To whom, as an editor would say it, and the first name the example has.
_PEOPLE = (
    (Address.PAN, "Pan Tomasz", "Tomasz"),
    (Address.PANI, "Pani Anna", "Anna"),
    (Address.PANSTWO, "Państwo", None),
    (Address.TY_M, "ty, Tomek", "Tomek"),
    (Address.TY_F, "ty, Ania", "Ania"),
    (Address.TY, "ty, płeć nieznana", None),
)


def preview(template: str) -> Iterator[tuple[str, str, str | None]]:
    """(to whom, what they read, None), or (to whom, what is wrong, what to write instead)."""
    try:
        compiled = examine(template)
    except MarkupError as error:
        yield "wszyscy", f"{error.word}: {error.reason}", error.remedy
        return
    for address, whom, first_name in _PEOPLE:
        problem = compiled.problems.get(address)
        if problem is not None:
            yield whom, f"{problem.word}: {problem.reason}", problem.remedy
        else:
            yield whom, compiled.render(address, first_name), None
