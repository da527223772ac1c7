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
SOFT = "#b3cddf"
PALE = "#c9dbe8"
STONE = "#e9edf0"
AMBER = "#d9822b"

# Fills that are drawn in strokes; `hatching` replaces these names by what `TEXTURES` says.
HATCH = "hatch"
DOTS = "dots"
LINES = "lines"
VEIL = "veil"


@dataclass(frozen=True, slots=True)
class Texture:
    """A ground and strokes upon it: which ``way``, how far ``apart`` and ``thick`` in pixels."""

    way: str
    ground: str
    stroke: str
    apart: float
    thick: float


TEXTURES: dict[str, Texture] = {
    HATCH: Texture("slanted", "#dbe8f1", "#7fa6c4", apart=6, thick=1.2),
    DOTS: Texture("dots", STONE, "#84939e", apart=5, thick=1.7),
    LINES: Texture("level", "#f8f3ec", "#c4a57d", apart=4, thick=1.1),
    VEIL: Texture("slanted", "#edf3f8", "#a3c1d6", apart=5, thick=0.9),
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
