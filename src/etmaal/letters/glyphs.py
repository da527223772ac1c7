"""Which characters the fonts of the PDF can write, and what stands for those they cannot.

The PDF takes no font from the machine, or its bytes would differ between machines. A page that
shows a box for a letter is not accessible, so every character is looked up here first.
"""

import re
from itertools import pairwise
from unicodedata import normalize

TEXT_FONT = "Libertinus Serif"
ARABIC_FONT = "DejaVu Sans Mono"
FONTS = (TEXT_FONT, ARABIC_FONT)
"""The fonts inside the typst wheel, in the order in which they are tried."""

# What the fonts have, tested against them. Latin, Greek, Cyrillic, Hebrew, signs of the text font:
_TEXT = (
    " -~\u00a0-\u00ac\u00ae-\u02e4\u0384-\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce"
    "\u0400-\u0477\u048c-\u04c4\u04d0-\u04f9\u05d0-\u05ea\u05f0-\u05f4\u1e00-\u1eff"
    "\u2002-\u200a\u2010-\u2027\u202f-\u2037\u2039-\u203e\u2044\u2070\u2071\u2074-\u208e"
    "\u20ac\u2116\u2122\u2190-\u219b\u2212\u2248\u2260\u2264\u2265\u25a0\u25a1\u25cf"
)
# The letters and digits of Arabic and Persian.
_ARABIC = (
    "\u0606\u0607\u0609\u060a\u060c\u061b\u061f\u0621-\u063a\u0640-\u064a\u0660-\u066d\u0679"
    "\u067e\u0686\u0691\u0698\u06a4\u06a9\u06af\u06be\u06cc\u06f0-\u06f9"
)
_MISSING = re.compile(f"[^{_TEXT}{_ARABIC}]+")
_ARABIC_RUN = re.compile(f"([{_ARABIC}](?:[{_ARABIC} ]*[{_ARABIC}])?)")
_RIGHT_TO_LEFT = re.compile(f"[\u05d0-\u05f4{_ARABIC}]")
_NOT_BESIDE = re.compile(f"[^ -~\u00b7\u2026\u25a1\u05d0-\u05ea{_ARABIC}]")
# As many as tell two names apart; the page for screens has them all.
_MOST = 8
_BOX = "\N{WHITE SQUARE}"
_OPEN, _CLOSE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


def lacks(text: str) -> bool:
    """Say whether a text has characters that the fonts lack."""
    return _MISSING.search(normalize("NFC", text)) is not None


def writable(text: str) -> str:
    """Return a text with the numbers of those characters that the fonts lack: "[4F8B 793A]"."""
    return _MISSING.sub(_numbers, normalize("NFC", text))


def _numbers(found: re.Match[str]) -> str:
    characters = found[0]
    numbers = " ".join(f"{ord(character):04X}" for character in characters[:_MOST])
    return f"[{numbers}{' …' if len(characters) > _MOST else ''}]"


def boxed(text: str) -> str:
    """Return a chart's word, as wide as it was, with a box for each character it cannot have."""
    text = _MISSING.sub(lambda found: _BOX * len(found[0]), normalize("NFC", text))
    # Beside a second font in one word of a chart, letters made of two parts cannot be copied.
    return _NOT_BESIDE.sub(_BOX, text) if _ARABIC_RUN.search(text) else text


def isolated(text: str) -> str:
    """Return a text that keeps its direction to itself; one from left to right is as it was."""
    return f"{_OPEN}{text}{_CLOSE}" if _RIGHT_TO_LEFT.search(text) else text


def by_font(text: str) -> list[tuple[str, str]]:
    """Return a text cut into pieces, each with the font that has all of its characters."""
    places = [0, *(at for run in _ARABIC_RUN.finditer(text) for at in run.span()), len(text)]
    return [
        (text[start:end], ARABIC_FONT if k % 2 else TEXT_FONT)
        for k, (start, end) in enumerate(pairwise(places))
        if start < end
    ]
