"""A text compiled once into ready strings per address, and the one-call form; knows nothing of files or Jinja2."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from bot.language.address import Address
from bot.language.context import Context
from bot.language.errors import MarkupError
from bot.language.joining import PLACEHOLDER, Piece, join
from bot.language.names import vocative_for
from bot.language.speaking import choose, speak
from bot.language.syntax import Alternatives, Bracket, Literal, Part, Zwrot, parse

ALL_ADDRESSES = tuple(Address)


@dataclass(frozen=True)
class Program:
    """What one address reads: without a name one string, with a name these strings around the vocative."""

    nameless: str
    named: tuple[str, ...]

    def run(self, call: str | None) -> str:
        return call.join(self.named) if call and len(self.named) > 1 else self.nameless


@dataclass(frozen=True)
class CompiledText:
    """A template ready for every address it was compiled for; rendering joins strings and nothing else."""

    template: str
    _programs: dict[Address, Program | MarkupError] = field(repr=False)

    def render(self, address: Address, first_name: str | None = None) -> str:
        """The sentence for `address`. `first_name` is used where it has a safe vocative of the right sex.

        Raises MarkupError for an address that the text was not compiled for and cannot be said to.
        """
        program = self._programs.get(address) or _program(parse(self.template), address)
        if isinstance(program, MarkupError):
            raise program
        return program.run(_call(address, first_name))

    @property
    def problems(self) -> dict[Address, MarkupError]:
        """The addresses that the text cannot be said to, and why."""
        return {address: p for address, p in self._programs.items() if isinstance(p, MarkupError)}

    @property
    def sayable(self) -> tuple[Address, ...]:
        """The addresses that the text was compiled for and can be said to."""
        return tuple(address for address, p in self._programs.items() if isinstance(p, Program))


def compile_text(
    template: str,
    addresses: Iterable[Address] = ALL_ADDRESSES,
    *,
    text: str | None = None,
    file: str | None = None,
) -> CompiledText:
    """`template` compiled for `addresses`; the first MarkupError among them is raised, with its place.

    `text` and `file` name the place for the error. A brand that never says "ty" leaves out the TY addresses.
    """
    compiled = examine(template, addresses, text=text, file=file)
    for problem in compiled.problems.values():
        raise problem
    return compiled


def examine(
    template: str,
    addresses: Iterable[Address] = ALL_ADDRESSES,
    *,
    text: str | None = None,
    file: str | None = None,
) -> CompiledText:
    """Like :func:`compile_text`, but problems of single addresses are kept in `problems` instead of raised."""
    try:
        parts = parse(template)
    except MarkupError as error:
        raise error.at(text=text, file=file) from None
    programs: dict[Address, Program | MarkupError] = {}
    for address in addresses:
        try:
            programs[address] = _program(parts, address)
        except MarkupError as error:
            programs[address] = error.at(text=text, file=file)
    return CompiledText(template, programs)


def inflect(template: str, address: Address, first_name: str | None = None) -> str:
    """`template` as said to `address`; MarkupError if it cannot be said for certain."""
    return _compiled(template, address).render(address, first_name)


@lru_cache(maxsize=1024)
def _compiled(template: str, address: Address) -> CompiledText:
    return compile_text(template, (address,))


def _call(address: Address, first_name: str | None) -> str | None:
    """How the customer is called: Panie Tomaszu, Pani Anno, Tomaszu; None where no name is safe."""
    if not first_name or address is Address.PANSTWO:
        return None
    name = vocative_for(first_name, address.gender)
    if name is None:
        return None
    title = {Address.PAN: "Panie ", Address.PANI: "Pani "}.get(address, "")
    return title + name


def _program(parts: tuple[Part, ...], address: Address) -> Program:
    pieces = [_piece(parts, at, address) for at in range(len(parts))]
    named = join(pieces, named=True)
    return Program(join(pieces, named=False), tuple(named.split(PLACEHOLDER)))


def _piece(parts: tuple[Part, ...], at: int, address: Address) -> Piece:
    part = parts[at]
    if isinstance(part, Literal):
        return part.text.replace(PLACEHOLDER, "")
    if isinstance(part, Zwrot):
        return part
    if isinstance(part, Alternatives):
        return choose(part, address)
    context = Context(
        _as_written(parts[:at]),
        _as_written(parts[at + 1 :]),
        _literal_text(parts[at - 1]) if at else "",
        _literal_text(parts[at + 1]) if at + 1 < len(parts) else "",
    )
    return speak(part, address, context)


def _literal_text(part: Part) -> str:
    return part.text if isinstance(part, Literal) else ""


def _as_written(parts: tuple[Part, ...]) -> str:
    """The text as Pan reads it, which is what a bracket's surroundings are judged by."""
    texts: list[str] = []
    for part in parts:
        if isinstance(part, Literal):
            texts.append(part.text)
        elif isinstance(part, Alternatives):
            texts.append(part.forms[0])
        elif isinstance(part, Bracket):
            texts.append(part.as_written)
    return "".join(texts)
