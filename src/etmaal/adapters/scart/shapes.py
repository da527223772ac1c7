"""What may stand in a column, where only its look tells to which column a field belongs?

Narrower than what is read: a repaired record must look right in every column. Whatever a column
can truly hold must be among it, or a wrong way to put the columns in place could seem the only one.
"""

import re
from collections.abc import Callable

from etmaal.adapters.scart import fields
from etmaal.adapters.scart.columns import Column, Reading
from etmaal.adapters.scart.reasons import Unfit
from etmaal.adapters.scart.times import NOTHING, TIME

Fits = Callable[[str], object]

_URL_START = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://").match
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?([^/?#@]*)")
_PORT = re.compile(r":[0-9]*\Z")

_SHAPES = {
    Reading.FILENUMBER: r"[IN][0-9]{10}",
    Reading.HOST: r"[^\s/@]*",
    Reading.URL_TYPE: r"[a-z]{1,20}url|screenshot",
    Reading.TIME: rf"(?:{TIME.pattern})?",
    Reading.LABEL: r"[^@\n]{0,100}",
    Reading.CONTACT: r"(?:\S+@\S+)?",
    Reading.WORD: r"[A-Za-z0-9_. -]{1,60}",
    Reading.GRADE: "|".join(sorted(fields.GRADES)),
    Reading.YES_NO: r"[yn]",
    Reading.COUNT: r"[0-9]{0,9}",
    Reading.MARK: r"\w{0,64}",
    Reading.SENT: rf"(?:[yn]|[0-9]{{1,9}}|{TIME.pattern})?",
}
_FITS: dict[Reading, Fits] = {
    reading: re.compile(f"(?:{shape})\\Z").match for reading, shape in _SHAPES.items()
}


def _is_address(text: str) -> bool:
    try:
        fields.ip(text)
    except Unfit:
        return False
    return True


_FITS[Reading.ADDRESS] = _is_address


def fits(column: Column, text: str) -> bool:
    """Say whether one field looks like a column's; a URL by how it begins."""
    if column.reading in (Reading.URL, Reading.CUT_URL):
        return bool(_URL_START(text))
    shape = _FITS.get(column.reading)
    return shape is None or bool(shape(text)) or (text in NOTHING and not column.filled)


def is_host_of(host: str, url: str) -> bool:
    """Say whether a host name, where there is one, is the URL's."""
    if host in NOTHING:
        return True
    authority = _AUTHORITY.match(url)
    if authority is None:
        return False
    named = authority[1].casefold()
    return host.casefold() in (named, _PORT.sub("", named))
