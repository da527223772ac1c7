"""How a Vega-Lite specification becomes an SVG that stands alone and is the same everywhere.

The renderer counts ids per process, measures fonts of the machine and adds roles of its own; here
ids are rewritten, layout never rests on measured text, and only what is drawn is kept.
"""

import re
from typing import Any
from xml.etree import ElementTree as Tree

import vl_convert

from etmaal.charts.frame import Frame
from etmaal.charts.hatching import hatch

VEGA_LITE = "6.4"
"""Fixed, because the newest one known to the renderer would change with the renderer."""

FONTS = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', "
    "'Liberation Sans', Arial, sans-serif"
)

_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_NAMESPACE = re.compile(r"\{[^}]*\}")
_LONG = re.compile(r"-?\d+\.\d{3,}")
_DROPPED = ("class", "pointer-events", "font-family", "role")
# What XML 1.0 cannot hold at all, not even escaped; a name may contain it, a chart may not.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(spec: dict[str, Any], frame: Frame) -> str:
    """Draw the specification and return one ``<svg>`` element with title and description.

    Returns:
        SVG text without references to the outside, scripts or fonts; ids are ``<name>-<n>`` in
        the order of the document.
    """
    drawn = vl_convert.vegalite_to_svg(_storable(spec), vl_version=VEGA_LITE)
    # Parsing is safe: the text was made by our own renderer one line above.
    root = Tree.fromstring(drawn)  # noqa: S314
    _clean(root)
    _frame(root, frame)
    _rename(root, frame.name)
    return Tree.tostring(root, encoding="unicode")


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, dict):
        return {key: _storable(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_storable(inner) for inner in value]
    return value


def _clean(element: Tree.Element) -> None:
    element.tag = _NAMESPACE.sub("", element.tag)
    for key in list(element.attrib):
        dropped = key in _DROPPED or key.startswith("aria-")
        if dropped or (key == "opacity" and element.get(key) == "1"):
            del element.attrib[key]
        elif "." in element.attrib[key]:
            # A hundredth of a pixel is not seen; what comes after it may differ by machine.
            element.set(key, _LONG.sub(_rounded, element.attrib[key]))
    for child in list(element):
        _clean(child)
        if _draws_nothing(child):
            element.remove(child)
            continue
        at = list(element).index(child)
        if child.tag == "path":
            element[at + 1 : at + 1] = hatch(child)
        elif _is_bare(child):
            element[at : at + 1] = list(child)


def _rounded(match: re.Match[str]) -> str:
    text = f"{float(match[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _draws_nothing(element: Tree.Element) -> bool:
    if element.tag == "g":
        return len(element) == 0
    if element.tag == "path":
        painted = element.get("fill") or element.get("stroke")
        return not element.get("d") or element.get("display") == "none" or not painted
    return element.tag == "text" and not element.text


def _is_bare(element: Tree.Element) -> bool:
    return (
        element.tag == "g"
        and element.attrib.get("transform", "") in ("", "translate(0,0)")
        and (set(element.attrib) <= {"transform"})
    )


def _frame(root: Tree.Element, frame: Frame) -> None:
    title, desc = Tree.Element("title", id="title"), Tree.Element("desc", id="desc")
    title.text, desc.text = _storable(frame.title), _storable(frame.desc)
    root[:0] = [title, desc]
    width, height = root.attrib["width"], root.attrib["height"]
    root.attrib.clear()
    root.attrib.update(
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": width,
            "height": height,
            "viewBox": f"0 0 {width} {height}",
            "role": "img",
            "aria-labelledby": "title desc",
            "font-family": FONTS,
        }
    )


def _rename(root: Tree.Element, name: str) -> None:
    identified = [element for element in root.iter() if "id" in element.attrib]
    names = {e.attrib["id"]: f"{name}-{i}" for i, e in enumerate(identified, start=1)}
    for element in root.iter():
        for key, value in element.attrib.items():
            if key == "id":
                element.set(key, names[value])
            elif key == "aria-labelledby":
                element.set(key, " ".join(names[part] for part in value.split()))
            elif "url(#" in value:
                element.set(key, _REFERENCE.sub(lambda m: f"url(#{names[m[1]]})", value))
