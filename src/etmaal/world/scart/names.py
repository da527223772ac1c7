"""Invented web addresses, and the harmless things people write beside them.

Hosts are names under a domain that exists for examples (RFC 2606), one registrable domain a
site. Some addresses hold what the formats trip over: semicolons, commas, quotes, great length.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from etmaal.world.civil import Ints
from etmaal.world.scart.cases import Cases, Kind
from etmaal.world.scart.texts import Texts, glued, numbers, padded, where, words

LONGEST_IN_MESSAGE = 255  # characters that are left of an address in a message's row
SUBDOMAINS = ("www", "img1", "img2", "img3", "media")
# One in so many addresses or notes is of each of these forms.
WITH_SEMICOLON, WITH_COMMA, VERY_LONG, WITH_QUOTE = 40, 50, 600, 300
NOTES = (
    *(None, None, None, None, None, None),
    "seen again by a colleague",
    "asked the reporter; no answer yet",
    'called "the second page" by the reporter',
    "two lines:\nthis is the other one; with a semicolon",
    "see the case before, and the one after",
    "desk was told by telephone\n\nlater: told once more",
)
TO_HOST = (None, None, None, None, None, "second server; see above", "page needs a login")


@dataclass(frozen=True, slots=True)
class Names:
    """Columns of text, one field a case."""

    url: Texts
    host: Texts
    referer: Texts
    note: Texts
    to_host: Texts  # the note that goes with a message
    reference: Texts


def names_of(cases: Cases) -> Names:
    """Make up what is written in each case; a double has the address it is a double of."""
    of = np.where(cases.kind == Kind.DOUBLE, cases.like, np.arange(cases.size))
    site = glued("site-", padded(cases.site, 6), ".example")
    host = glued(words(_subdomain(cases, of), SUBDOMAINS), ".", site)
    number = padded(of, 8)
    path = where(cases.page[of], glued("page/", number), glued("file/", number))
    path = where(of % WITH_SEMICOLON == 7, glued("view;part=2/", path), path)
    path = where(of % WITH_COMMA == 11, glued(path, "?show=1,2,3"), path)
    path = where(of % WITH_QUOTE == 13, glued(path, "?q=it's"), path)
    path = where(of % VERY_LONG == 17, glued(path, "?", "long=" + "0123456789" * 30), path)
    listing = numbers(cases.site * 31 % 997)
    referer = glued("https://www.", site, "/list/", listing)
    referer = where(of % WITH_SEMICOLON == 9, glued(referer, "?sort=date;order=up"), referer)
    scattered = _scattered(cases.ids)
    return Names(
        url=glued("https://", host, "/", path),
        host=host,
        referer=where(cases.page, None, referer),
        note=words(scattered % len(NOTES), NOTES),
        to_host=words(scattered // 64 % len(TO_HOST), TO_HOST),
        reference=where(cases.source == 1, glued("R", padded(cases.ids, 9)), None),
    )


def _subdomain(cases: Cases, of: Ints) -> Ints:
    """Pages stand at www, pictures anywhere."""
    return np.where(cases.page[of], 0, _scattered(cases.site) % len(SUBDOMAINS))


def _scattered(number: Ints) -> Ints:
    """Return numbers without visible order, the same for the same number."""
    return (number * 2654435761) % (1 << 32) >> 7


def filenumbers(cases: Cases) -> Texts:
    """Return the numbers SCART gives: I for pages, N for pictures and films."""
    return glued(words(cases.page.astype(np.int64), ("N", "I")), padded(cases.ids, 10))


def cut(url: Texts) -> Texts:
    """Return addresses as the rows of messages hold them."""
    return pc.utf8_slice_codeunits(url, 0, LONGEST_IN_MESSAGE)
