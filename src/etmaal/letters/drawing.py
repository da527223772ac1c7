"""How a chart that was drawn for a screen is set on paper: its fonts, and its title as words."""

from typing import Any
from xml.etree import ElementTree as Tree

from markupsafe import Markup

from etmaal.letters.glyphs import TEXT_FONT, boxed, by_font

_SVG = "{http://www.w3.org/2000/svg}"
# The text font is smaller and narrower at the same size than those that charts are laid out for.
_LARGER = 1.16


def on_paper(drawn: Markup) -> dict[str, Any]:
    """Return a chart as the PDF takes it.

    Returns:
        ``svg`` to draw; ``alt``, what to say of it; ``width`` and ``height`` in pixels.
    """
    # Parsing is safe: the charts are drawn by `etmaal.charts`, names in them as escaped text.
    root = Tree.fromstring(drawn)  # noqa: S314
    title, desc = (root.find(f"{_SVG}{tag}") for tag in ("title", "desc"))
    alt = " ".join(_sentence(e.text) for e in (title, desc) if e is not None and e.text)
    for element in (title, desc):
        if element is not None:
            root.remove(element)
    root.set("font-family", TEXT_FONT)
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
    for text in list(root.iter("text")):
        _set_in_type(text)
    root.set("xmlns", _SVG[1:-1])
    return {
        "svg": Tree.tostring(root, encoding="unicode"),
        "alt": alt,
        "width": float(root.attrib["width"]),
        "height": float(root.attrib["height"]),
    }


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _set_in_type(text: Tree.Element) -> None:
    written = boxed(text.text or "")
    size = text.get("font-size", "").removesuffix("px")
    # Capitals take all of the room that was kept for them.
    if size and 2 * sum(map(str.isupper, written)) <= len(written):
        text.set("font-size", f"{float(size) * _LARGER:.4g}px")
    pieces = by_font(written)
    if [font for _, font in pieces] in ([], [TEXT_FONT]):
        text.text = "".join(piece for piece, _ in pieces)
        return
    text.text = None
    for piece, font in pieces:
        Tree.SubElement(text, "tspan", {"font-family": font}).text = piece
