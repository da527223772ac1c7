"""Which texts does a PDF hold? Metadata, outline, tags, and the text of its pages.

Enough of the format is read for what our own renderer writes; what cannot be read is said.
Source: ISO 32000-1, 7.3.4 (strings), 9.10 (ToUnicode).
"""

import re
import unicodedata
import zlib
from collections.abc import Iterator

UNREAD = "unread"

_STREAM = re.compile(
    rb"(\d+)\s+\d+\s+obj\s*<<((?:(?!\bobj\b).)*?)>>\s*stream\r?\n(.*?)endstream", re.S
)
_TOKEN = re.compile(
    rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)|<[0-9A-Fa-f\s]*>|/[^\s/<>\[\]()]+|[A-Za-z'\"*]+",
    re.S,
)
_STRING = re.compile(rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)|(?<!<)<[0-9A-Fa-f\s]+>", re.S)
_FONTS = re.compile(rb"/Font\s*<<(.*?)>>", re.S)
_FONT = re.compile(rb"/([^\s/<>\[\]()]+)\s+(\d+)\s+\d+\s+R")
_ESCAPE = re.compile(rb"\\(\r\n|[0-7]{1,3}|.)", re.S)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b""}

_SHOWS = (b"Tj", b"TJ", b"'", b'"')

Glyphs = dict[bytes, str]


def texts_of_pdf(content: bytes) -> Iterator[tuple[str, str]]:
    """Yield where each text stands and the text; `UNREAD` for a part that cannot be read."""
    if re.search(rb"/Encrypt\s", content):
        yield UNREAD, "is encrypted, and cannot be looked into"
        return
    streams: dict[int, tuple[bytes, bytes]] = {}
    for match in _STREAM.finditer(content):
        said, raw = match[2], match[3]
        if re.search(rb"/Subtype\s*/Image", said):
            yield UNREAD, "holds a picture, which cannot be looked into"
            continue
        body = _inflated(said, raw)
        if body is None:
            yield UNREAD, f"part {int(match[1])} cannot be read"
            continue
        streams[int(match[1])] = (said, body)
    loose = _STREAM.sub(lambda m: b"%d 0 obj <<%s>>" % (int(m[1]), m[2]), content)
    packed = [body for said, body in streams.values() if b"/ObjStm" in said]
    objects = b"\n".join([loose, *packed])
    for match in _STRING.finditer(objects):
        yield "metadata", _written(match[0])
    fonts = _fonts(objects, streams)
    for said, body in streams.values():
        if b"/Metadata" in said:
            yield "metadata", re.sub(r"<[^>]*>", "\n", body.decode("utf-8", "replace"))
            yield "metadata", body.decode("utf-8", "replace")
        elif re.search(rb"\bBT\b", body) and b"/ObjStm" not in said:
            yield from _page(body, fonts)


def _inflated(said: bytes, raw: bytes) -> bytes | None:
    filters = re.findall(rb"/(\w+Decode)", said)
    if not filters:
        return raw
    if filters != [b"FlateDecode"]:
        return None
    try:
        return zlib.decompressobj().decompress(raw)
    except zlib.error:
        return None


def _bytes(token: bytes) -> bytes:
    if token.startswith(b"<"):
        digits = re.sub(rb"\s", b"", token[1:-1])
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))

    def unescaped(match: re.Match[bytes]) -> bytes:
        code = match[1]
        if code[:1].isdigit():
            return bytes([int(code, 8) & 255])
        return _ESCAPED.get(code, b"" if code == b"\r\n" else code)

    return _ESCAPE.sub(unescaped, token[1:-1])


def _written(token: bytes) -> str:
    raw = _bytes(token)
    if raw.startswith(b"\xfe\xff"):
        return raw[2:].decode("utf-16-be", "replace")
    if raw.startswith(b"\xef\xbb\xbf"):
        return raw[3:].decode("utf-8", "replace")
    return raw.decode("latin-1")


def _fonts(objects: bytes, streams: dict[int, tuple[bytes, bytes]]) -> dict[bytes, list[Glyphs]]:
    """Return what the glyphs of each font mean, by the names that pages call fonts by."""
    found: dict[bytes, list[Glyphs]] = {}
    for listed in _FONTS.finditer(objects):
        for name, number in _FONT.findall(listed[1]):
            font = re.search(rb"(?<!\d)%s\s+\d+\s+obj(.*?)endobj" % number, objects, re.S)
            meaning = font and re.search(rb"/ToUnicode\s+(\d+)", font[1])
            if meaning and int(meaning[1]) in streams:
                glyphs = _glyphs(streams[int(meaning[1])][1])
                if glyphs not in found.setdefault(name, []):
                    found[name].append(glyphs)
    return found


def _glyphs(table: bytes) -> Glyphs:
    glyphs: Glyphs = {}
    for part in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.S):
        for code, text in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", part):
            glyphs[bytes.fromhex(code.decode())] = _utf16(text)
    for part in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.S):
        for first, last, to in re.findall(
            rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(<[0-9A-Fa-f]+>|\[[^\]]*\])", part
        ):
            _range(glyphs, first, last, to)
    return glyphs


def _range(glyphs: Glyphs, first: bytes, last: bytes, to: bytes) -> None:
    texts = [_utf16(text) for text in re.findall(rb"<([0-9A-Fa-f]+)>", to)]
    for i, code in enumerate(range(int(first, 16), int(last, 16) + 1)):
        if to.startswith(b"["):
            text = texts[i] if i < len(texts) else ""
        else:
            text = texts[0][:-1] + chr(ord(texts[0][-1]) + i) if texts[0] else ""
        glyphs[code.to_bytes(len(first) // 2, "big")] = text


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be", "replace")


def _page(body: bytes, fonts: dict[bytes, list[Glyphs]]) -> Iterator[tuple[str, str]]:
    """Yield the runs of text of a page, and all of them together.

    Where a name stands for several fonts, every one of them is tried.
    """
    where = "the text of a page"
    for reading in range(max((len(glyphs) for glyphs in fonts.values()), default=1)):
        runs = list(_runs(body, fonts, reading))
        for text in (*runs, "".join(runs), " ".join(runs)):
            yield where, text
            if any(unicodedata.bidirectional(c) in ("R", "AL") for c in text):
                yield where, text[::-1]  # a page holds such text as it is seen, from left to right


def _runs(body: bytes, fonts: dict[bytes, list[Glyphs]], reading: int) -> Iterator[str]:
    run, name, glyphs = "", b"", Glyphs()
    strings: list[bytes] = []
    for match in _TOKEN.finditer(body):
        token = match[0]
        if token.startswith(b"/"):
            name = token[1:]
            continue
        if token[:1] in (b"(", b"<"):
            strings.append(token)
            continue
        if token in _SHOWS:
            run += "".join(_mapped(_bytes(string), glyphs) for string in strings)
        else:
            yield from map(
                _written, strings
            )  # what is said of the text, such as what it stands for
        strings = []
        if token == b"Tf":
            known = fonts.get(name, [])
            glyphs = known[min(reading, len(known) - 1)] if known else Glyphs()
        elif token == b"ET":
            yield run
            run = ""
    yield run


def _mapped(codes: bytes, glyphs: Glyphs) -> str:
    if not glyphs:
        return codes.decode("latin-1")
    size = max(len(code) for code in glyphs)
    return "".join(glyphs.get(codes[i : i + size], "") for i in range(0, len(codes), size))
