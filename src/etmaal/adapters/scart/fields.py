"""How is one field read? What it says as a value, and never more than that.

Raises `Unfit` where a field is not what its column holds. Values that repeat are remembered;
those of sealed columns never are.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from etmaal.adapters.route_formats import address
from etmaal.adapters.scart import reasons
from etmaal.adapters.scart.columns import Reading
from etmaal.adapters.scart.reasons import Unfit
from etmaal.adapters.scart.times import NOTHING, TIME, LocalTimes
from etmaal.core.sealed import Sealed

Parse = Callable[[str], Any]  # one type per column; the record's own fields are typed

CUT = 255
LONGEST_TEXT = 1_000
GRADES = frozenset({"unset", "illegal", "ignore", "not_illegal"})

_is_filenumber = re.compile(r"[IN][0-9]{10}").fullmatch
_is_notice_number = re.compile(r"M[0-9]{10}").fullmatch
_is_url = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\x00-\x1f\x7f]+").fullmatch
_is_host = re.compile(r"[^\s/@]+").fullmatch
_is_word = re.compile(r"[A-Za-z0-9_. -]{1,60}").fullmatch
_is_url_type = re.compile(r"[a-z]{1,20}url|screenshot").fullmatch
_is_count = re.compile(r"[0-9]{1,9}").fullmatch
_YES_NO = {"y": True, "n": False, **dict.fromkeys(NOTHING)}


def filenumber(text: str) -> str:
    if not _is_filenumber(text):
        raise Unfit(reasons.NO_FILENUMBER)
    return text


def notice_number(text: str) -> str:
    if not _is_notice_number(text):
        raise Unfit(reasons.NO_FILENUMBER)
    return text


def url(text: str) -> Sealed:
    if not _is_url(text):
        raise Unfit(reasons.NO_URL)
    return Sealed(text)


def uncut_url(text: str) -> Sealed | None:
    """Read a URL from a column of 255 characters; None where it may be cut."""
    return None if CUT in (len(text), len(text.encode())) else url(text)


def cut_url(text: str) -> Sealed:
    """Read a URL from such a column where nothing else says which item it is."""
    whole = uncut_url(text)
    if whole is None:
        raise Unfit(reasons.CUT_URL)
    return whole


def host(text: str) -> Sealed | None:
    if text in NOTHING:
        return None
    if not _is_host(text):
        raise Unfit(reasons.NO_HOST)
    return Sealed(text)


def sealed(text: str) -> Sealed | None:
    return None if text in NOTHING else Sealed(text)


@lru_cache(maxsize=50_000)
def ip(text: str) -> str | None:
    if text in NOTHING:
        return None
    try:
        address(text)
    except ValueError:
        raise Unfit(reasons.NO_ADDRESS) from None
    return text


@lru_cache(maxsize=10_000)
def plain(text: str) -> str | None:
    """Read a text on one line."""
    if text in NOTHING:
        return None
    if len(text) > LONGEST_TEXT:
        raise Unfit(reasons.TEXT_TOO_LONG)
    return " ".join(text.split()) or None


@lru_cache(maxsize=1_000)
def word(text: str) -> str | None:
    if text in NOTHING:
        return None
    if not _is_word(text):
        raise Unfit(reasons.NO_WORD)
    return text


@lru_cache(maxsize=1_000)
def url_type(text: str) -> str | None:
    if text in NOTHING:
        return None
    if not _is_url_type(text):
        raise Unfit(reasons.NO_URL_TYPE)
    return text


@lru_cache(maxsize=1_000)
def grade(text: str) -> str | None:
    if text in NOTHING:
        return None
    code = text.strip().casefold().replace(" ", "_")
    if code not in GRADES:
        raise Unfit(reasons.NO_GRADE)
    return code


def yes_no(text: str) -> bool | None:
    try:
        return _YES_NO[text]
    except KeyError:
        raise Unfit(reasons.NO_YES_NO) from None


def sent(text: str) -> bool | None:
    """Read whether anything was sent: y or n, how often, or when."""
    if _is_count(text):
        return int(text) > 0
    return True if TIME.fullmatch(text) and text not in NOTHING else yes_no(text)


def count(text: str) -> int | None:
    if _is_count(text):
        return int(text)
    if text in NOTHING:
        return None
    raise Unfit(reasons.NO_COUNT)


def count_above(text: str) -> int | None:
    """Read a count of which 0 also stands for nothing known."""
    return count(text) or None


def parsers(times: LocalTimes) -> dict[Reading, Parse]:
    """Return how each column is read, its times in one zone."""
    return {
        Reading.FILENUMBER: filenumber,
        Reading.NOTICE_NUMBER: notice_number,
        Reading.URL: url,
        Reading.CUT_URL: cut_url,
        Reading.HOST: host,
        Reading.SEALED: sealed,
        Reading.ADDRESS: ip,
        Reading.URL_TYPE: url_type,
        Reading.TIME: times.read,
        Reading.TEXT: plain,
        Reading.LABEL: plain,
        Reading.CONTACT: plain,
        Reading.WORD: word,
        Reading.GRADE: grade,
        Reading.YES_NO: yes_no,
        Reading.SENT: sent,
        Reading.COUNT: count,
        Reading.COUNT_ABOVE: count_above,
    }
