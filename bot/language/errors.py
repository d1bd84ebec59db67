"""What can be wrong with a text for editors: one exception that names the place and says what to write."""

from __future__ import annotations


class MarkupError(ValueError):
    """A bracket that cannot be inflected for certain.

    `word` is the bracket or word as written, `reason` and `remedy` are Polish sentences for the editor,
    `file` and `text` (the text's name) are filled in by whoever loads texts, see :meth:`at`.
    """

    def __init__(
        self, word: str, reason: str, remedy: str, *, text: str | None = None, file: str | None = None
    ) -> None:
        self.word = word
        self.reason = reason
        self.remedy = remedy
        self.text = text
        self.file = file
        place = "".join(f"{part}: " for part in (file, text) if part)
        super().__init__(f"{place}[{word}]: {reason} {remedy}")

    def at(self, *, text: str | None, file: str | None) -> MarkupError:
        """The same error with its place."""
        return type(self)(self.word, self.reason, self.remedy, text=text or self.text, file=file or self.file)


class GenderUnknownError(MarkupError):
    """The form depends on the customer's sex, the address does not tell it, and no neutral form was given."""
