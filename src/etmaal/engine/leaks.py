"""Is a name, an AS number or an address left anywhere in files that should hold none?

What is written is read as a reader of the file would: text, attributes, comments, metadata, and the
page text of a PDF. Text drawn as outlines, and pictures, cannot be read: check the values as well.
"""

import dataclasses
import ipaddress
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import Enum
from functools import cache
from html.parser import HTMLParser
from typing import Any

from etmaal.engine.leaks_in_pdf import UNREAD, texts_of_pdf
from etmaal.letters.values import Code
from etmaal.letters.words import LANGUAGES, words

_AS = re.compile(r"(?<![\w-])(?:ASN?[ :#-]?|[Aa]s)\d{1,10}(?![\w-])")
_IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f.]*){2,}(?![\w:])")

# Attributes that hold places of a drawing or its looks, and numbers beyond counting.
_DRAWING = {"d", "transform", "viewbox", "points", "style", "width", "height", "x", "y", "fill"}
# Shorter ones, or words of the bulletin's own, can stand in any sentence: they only count alone.
_SHORT = 4
# Of these lengths a number or a name cannot be an accident, wherever it stands.
_LONG_NUMBER, _LONG_NAME = 5, 6

Piece = tuple[str, str]
"""Where a text stands, and the text."""


def leaks(contents: Mapping[str, bytes], secrets: Iterable[str]) -> list[str]:
    """Look for secrets, and for anything that looks like an AS number or an address.

    Case, width, spaces and invisible characters make no difference. A secret counts where it
    stands as a word of its own, `p1` not in `p10`. One of up to three letters, or that is a word
    of the bulletin's own texts, counts only where it is all of a text; a number of up to four
    digits never does, because any count may be the same.

    Args:
        contents: file names and what is in the files: HTML, SVG, XML, PDF, JSON or plain text.
        secrets: names, ids, AS numbers, addresses.

    Returns:
        One line a finding, for people, in order; nothing where nothing was found.
    """
    sought = [s for s in sorted({_normal(secret) for secret in secrets}) if s]
    found: dict[str, None] = {}
    for file in sorted(contents):
        pieces = [("the file's name", file), *_pieces(contents[file])]
        plain = [_normal(text) for _, text in pieces]
        # There may be many more secrets than a file has room for: most are ruled out at once.
        everything = "\n".join(plain)
        near = [secret for secret in sought if secret in everything]
        for (where, text), compared in zip(pieces, plain, strict=True):
            if where == UNREAD:
                found[f"{file}: {text}"] = None
                continue
            for secret in near:
                if _holds(compared, secret, loose=where in (STYLE, JOINED)):
                    found[f"{file}: {where} holds {secret!r}"] = None
            if where not in (STYLE, JOINED):
                for what, value in _looks_like(unicodedata.normalize("NFKC", text)):
                    found[f"{file}: {where} holds what looks like {what}: {value}"] = None
    return list(found)


def values_as_text(value: Any) -> bytes:
    """Return every text in a value as JSON, so that `leaks` can look at it before it is drawn."""
    return json.dumps(sorted(set(_strings(value))), ensure_ascii=False).encode()


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, Code | date):
        return  # a code is no secret, whatever letters it has
    if isinstance(value, str | Enum):
        yield str(value)
    elif dataclasses.is_dataclass(value):
        for one in dataclasses.fields(value):
            yield from _strings(getattr(value, one.name))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from (*_strings(key), *_strings(inner))
    elif isinstance(value, Iterable):
        for inner in value:
            yield from _strings(inner)


def _normal(text: str) -> str:
    """Return a text as it is compared: without case, width, invisible characters, double spaces."""
    wide = unicodedata.normalize("NFKC", text).casefold()
    seen = "".join(c for c in wide if unicodedata.category(c) not in ("Cf", "Mn"))
    return " ".join(seen.split())


def _holds(text: str, secret: str, *, loose: bool) -> bool:
    if secret not in text or (secret.isdecimal() and len(secret) < _LONG_NUMBER):
        return False
    if loose and len(secret) < _LONG_NAME:
        return False
    if (secret.isalpha() and len(secret) < _SHORT) or secret in _own_words():
        return text == secret
    at = text.find(secret)
    while at >= 0:
        end = at + len(secret)
        if not (_in_word(text[at - 1 : at]) or _in_word(text[end : end + 1])):
            return True
        at = text.find(secret, at + 1)
    return False


def _in_word(character: str) -> bool:
    return character == "_" or character.isalnum()


@cache
def _own_words() -> frozenset[str]:
    """Return the words of the bulletin's own texts, in any language."""
    found: set[str] = set()
    for language in LANGUAGES:
        for text in words(language).texts():
            found.update(re.findall(r"\w+", _normal(text)))
    return frozenset(found)


def _looks_like(text: str) -> Iterator[tuple[str, str]]:
    for match in _AS.finditer(text):
        yield "an AS number", match[0]
    for pattern in (_IPV4, _IPV6):
        for match in pattern.finditer(text):
            written = match[0].rstrip(".:") if pattern is _IPV4 else match[0].rstrip(".")
            try:
                address = ipaddress.ip_address(written)
            except ValueError:
                continue
            if int(address):
                yield "an address", written


JOINED, STYLE = "the text, tags left out,", "the style"


def _pieces(content: bytes) -> Iterator[Piece]:
    if content.startswith(b"%PDF"):
        yield from texts_of_pdf(content)
        return
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        yield UNREAD, "is neither text nor PDF, and cannot be looked into"
        return
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("<"):
        yield from _of_markup(text)
    elif start.startswith(("{", "[")):
        yield from _of_json(text)
    else:
        yield from _of_lines(text)


def _of_json(text: str) -> Iterator[Piece]:
    try:
        value = json.loads(text)
    except ValueError:
        yield from _of_lines(text)
        return
    yield from (("a value", one) for one in _strings(value))


def _of_lines(text: str) -> Iterator[Piece]:
    for number, line in enumerate(text.splitlines(), start=1):
        yield f"line {number}", line
        yield from ((f"line {number}", cell) for cell in re.split(r"[,;\t\"|]", line))


def _of_markup(text: str) -> Iterator[Piece]:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    yield from reader.pieces
    yield JOINED, "".join(text for where, text in reader.pieces if where == "text")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[Piece] = []
        self._within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within = tag
        for key, value in attrs:
            if value and key not in _DRAWING:
                self.pieces.append((f"attribute {key} of {tag}", value))

    def handle_endtag(self, tag: str) -> None:
        self._within = ""

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.pieces.append((STYLE if self._within == "style" else "text", data))

    def handle_comment(self, data: str) -> None:
        self.pieces.append(("a comment", data))

    def handle_decl(self, decl: str) -> None:
        self.pieces.append(("a declaration", decl))

    def handle_pi(self, data: str) -> None:
        self.pieces.append(("an instruction", data))

    def unknown_decl(self, data: str) -> None:
        self.pieces.append(("a declaration", data))
