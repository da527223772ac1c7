"""What a user may say in a bulletin's colophon: one line of plain text each."""

import unicodedata
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # the letters are imported only when the command runs
    from etmaal.letters.values import Bulletin

LONGEST = 200  # characters; more would be no line of a colophon


class Line(click.ParamType[str]):
    """One line of text that is printed as it is given."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = value.strip()
        if not text:
            self.fail("nothing is left of it without its spaces; leave the option out")
        if len(text) > LONGEST:
            self.fail(f"{len(text)} characters: longer than {LONGEST} characters")
        # Control and format characters, line ends, half characters, and what no standard knows.
        hidden = [c for c in text if unicodedata.category(c)[0] == "C" or c in "\u2028\u2029"]
        if hidden:
            self.fail(f"it holds a character that is not shown (U+{ord(hidden[0]):04X})")
        return text


def signed(
    bulletin: "Bulletin", publisher: str | None, contact: str | None, licence: str | None
) -> "Bulletin":
    """Return the bulletin with its colophon."""
    from dataclasses import replace

    from etmaal.letters.values import Colophon

    return replace(
        bulletin, colophon=Colophon(publisher=publisher, licence=licence, contact=contact)
    )
