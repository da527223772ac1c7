"""Which colours, patterns and shapes the charts use.

Every colour differs from its neighbours in lightness as well, so that a chart survives greyscale
print and any kind of colour blindness; nothing is told by colour alone.
"""

from dataclasses import dataclass

INK = "#1d2b36"
MUTED = "#51606b"
RULE = "#8b98a1"
GRID = "#dde3e7"
PAPER = "#ffffff"

DEEP = "#174a73"
MIDDLE = "#7ba6c6"
PALE = "#c9dbe8"
STONE = "#e9edf0"
AMBER = "#d9822b"

# Patterns are drawn by `svg.render`, which replaces these names with definitions.
HATCH = "url(#hatch)"
DOTS = "url(#dots)"
LINES = "url(#lines)"
VEIL = "url(#veil)"

# name -> (size of the tile, ground, SVG elements on it)
PATTERNS: dict[str, tuple[int, str, tuple[tuple[str, dict[str, str]], ...]]] = {
    "hatch": (
        6,
        "#d3e2ed",
        (
            (
                "path",
                {"d": "M-1,1L1,-1M0,6L6,0M5,7L7,5", "stroke": "#8fb2cc", "stroke-width": "1.4"},
            ),
        ),
    ),
    "dots": (
        6,
        STONE,
        (
            ("circle", {"cx": "1.5", "cy": "1.5", "r": "1", "fill": "#93a1ab"}),
            ("circle", {"cx": "4.5", "cy": "4.5", "r": "1", "fill": "#93a1ab"}),
        ),
    ),
    "lines": (
        5,
        "#f6f1ea",
        (("path", {"d": "M0,2.5H5", "stroke": "#cdb596", "stroke-width": "1.2"}),),
    ),
    "veil": (
        5,
        "#eaf1f6",
        (("path", {"d": "M-1,1L1,-1M0,5L5,0M4,6L6,4", "stroke": "#a3c1d6", "stroke-width": "1"}),),
    ),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """How a class of providers is drawn: shape first, colour second.

    ``shape`` is an SVG path within the square from -1 to 1.
    """

    shape: str
    fill: str
    stroke: str


_CIRCLE = "M0,-0.9A0.9,0.9,0,1,1,0,0.9A0.9,0.9,0,1,1,0,-0.9Z"

MARKS: dict[str, Mark] = {
    "meets": Mark(_CIRCLE, DEEP, DEEP),
    "cannot_be_told": Mark(_CIRCLE, PAPER, DEEP),
    "lax": Mark("M-1,-0.8H1L0,0.95Z", AMBER, "#8a4a0c"),
    "unmeasurable": Mark("M0,-1L1,0L0,1L-1,0Z", PAPER, INK),
    "too_few": Mark("M-0.75,-0.75H0.75V0.75H-0.75Z", "#b7c1c8", MUTED),
    "not_judged": Mark(_CIRCLE, MIDDLE, DEEP),
}
