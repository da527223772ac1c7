"""A text that must not be seen: it travels closed, and nothing prints it by accident."""

from typing import NoReturn


class Sealed:
    """A closed text, such as the URL of an item. `open` is the only way to its content.

    It has no length, no order and no readable form, so that no log line, error message or
    stack trace shows what is inside. Equal contents are equal.
    """

    __slots__ = ("_content",)

    def __init__(self, content: str) -> None:
        self._content = content

    def open(self) -> str:
        """Return the content; whoever calls this answers for where it goes."""
        return self._content

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and self._content == other._content

    def __hash__(self) -> int:
        return hash(self._content)

    def __repr__(self) -> str:
        return "<sealed>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a sealed text is not written away")
