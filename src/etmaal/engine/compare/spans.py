"""Values with their ends, as one of a comparison and as arrays that can be counted with."""

from collections.abc import Sequence

import numpy as np

from etmaal.core.comparison import Span
from etmaal.stats.differences import Held, held


def as_span(part: Held) -> Span:
    """Return one value of shape () with its ends, rounding never leaving it outside of them."""
    value = float(part.value)
    return Span(value, min(float(part.low), value), max(float(part.high), value))


def as_held(spans: Sequence[Span | None]) -> Held:
    """Return shape (n,); what is not known is not a number."""
    nothing = Span(np.nan, np.nan, np.nan)
    some = [nothing if span is None else span for span in spans]
    return held([s.value for s in some], [s.low for s in some], [s.high for s in some])


def one(span: Span) -> Held:
    """Return one value, of shape ()."""
    return held(span.value, span.low, span.high)
