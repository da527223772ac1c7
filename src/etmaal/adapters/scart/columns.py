"""Which columns do the exports have, and which of them are read? This is the allow-list.

A column without a target is left at the door: it never becomes part of a value. Its reading says
only what may stand in it, by which the columns of a record are told apart.
"""

from dataclasses import dataclass
from enum import Enum, auto


class Reading(Enum):
    """How a field is read."""

    FILENUMBER = auto()
    NOTICE_NUMBER = auto()
    URL = auto()
    CUT_URL = auto()  # of at most 255 characters; at that length perhaps cut
    HOST = auto()
    SEALED = auto()
    ADDRESS = auto()
    URL_TYPE = auto()
    TIME = auto()
    TEXT = auto()
    LABEL = auto()  # a country, a code: short
    CONTACT = auto()
    WORD = auto()
    GRADE = auto()
    YES_NO = auto()
    SENT = auto()  # y or n, a number, or a time
    COUNT = auto()
    COUNT_ABOVE = auto()  # of which 0 may also be what stands for nothing
    MARK = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a format.

    ``target`` is the field of the record, ``message.x`` of its message. ``wide`` says that it may
    hold the delimiter where nothing is quoted, ``filled`` that it is never empty.
    """

    name: str
    reading: Reading
    target: str = ""
    wide: bool = False
    filled: bool = False
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.also)


R, C = Reading, Column

_NUMBER = C("filenumber", R.FILENUMBER, "filenumber", filled=True)

REPORT = (
    _NUMBER,
    C("reference", R.SEALED, "reference", wide=True),
    C("url", R.URL, "url", wide=True, filled=True),
    C("url_host", R.HOST, "host", also=("host",)),
    C("url_ip", R.ADDRESS, "ip", also=("ip",)),
    C("url_type", R.URL_TYPE, "url_type", filled=True),
    C("url_referer", R.SEALED, wide=True, also=("referer", "url_referrer", "referrer")),
    C("url_hash", R.MARK, also=("hash",)),
    C("received_at", R.TIME, "received_at", also=("received",)),
    C("hashcheck_at", R.TIME, also=("hashcheck_time",)),
    C("hashcheck_return", R.MARK, also=("hashcheck_result", "hashcheck_value")),
    C("firstseen_at", R.TIME, "first_seen_at", also=("firstseen", "first_seen")),
    C("lastseen_at", R.TIME, "last_seen_at", also=("lastseen", "last_seen")),
    C("type_code", R.LABEL, "type_code", also=("type",)),
    C("police", R.YES_NO, "police", filled=True),
    C("source_code", R.LABEL, "source_code", also=("source",)),
    C("status_code", R.WORD, "status_code", filled=True, also=("status",)),
    C("note", R.TEXT, wide=True),
    C("ntd_note", R.TEXT, wide=True),
    C("lea", R.TEXT, wide=True),
    C("ntd_sent", R.SENT, "noticed"),
    C("last_ntd_at", R.TIME, "last_notice_at", also=("last_ntd_time", "last_ntd", "lastntd_at")),
    C("iccam_hotline_country", R.LABEL, "hotline_country"),
    C("hoster_contact", R.CONTACT, "contact"),
    C("hoster_country", R.LABEL, "country"),
    C("hoster_owner", R.TEXT, "owner", wide=True),
    C("hoster_first_ntd_at", R.TIME, "first_notice_at"),
    C("registrar_contact", R.TEXT, wide=True),  # holds the registrar's name
    C("grade_code", R.GRADE, "grade_code", filled=True),
)

NTD_LIST = (
    C("filenumber", R.NOTICE_NUMBER, "message.number", filled=True),
    C("abusecontact", R.TEXT, "message.owner"),
    C("status", R.WORD, "message.status"),
    C("number of urls", R.COUNT, "message.count"),
    C("grouping start", R.TIME, "message.grouping_start"),
    C("active (hours)", R.COUNT, "message.grouping_hours"),
    C("threshold (hours)", R.COUNT, "message.threshold_hours"),
    C("NTD sent", R.TIME, "message.at"),
)

CASE_LIST = (  # of the back office, until 2022
    _NUMBER,
    C("external reference", R.SEALED, "reference"),
    C("url", R.URL, "url"),
    C("host", R.HOST, "host"),
    C("IP", R.ADDRESS, "ip"),
    C("type", R.LABEL, "type_code"),
    C("received", R.TIME, "received_at"),
    C("first seen", R.TIME, "first_seen_at"),
    C("first NTD", R.TIME, "first_notice_to_anyone_at"),
    C("last seen", R.TIME, "last_seen_at"),
    C("hashcheck time", R.TIME),
    C("hashcheck value", R.MARK),
    C("status", R.WORD, "status_code"),
    C("source", R.LABEL, "source_code"),
    C("abuse email", R.CONTACT, "contact"),
    C("country", R.LABEL, "country"),
    C("hoster", R.TEXT, "owner"),
    C("registrar", R.TEXT),
    C("classification", R.GRADE, "grade_code"),
)

CLASSIFIED = (
    _NUMBER,
    C("url", R.URL, "url"),
    C("host", R.HOST, "host"),
    C("IP", R.ADDRESS, "ip"),
    C("url type", R.URL_TYPE, "url_type"),
    C("status", R.WORD, "status_code"),
    C("classification", R.GRADE, "grade_code"),
    C("source", R.LABEL, "source_code"),
    C("received", R.TIME, "received_at"),
    C("first seen", R.TIME, "first_seen_at"),
    C("first NTD", R.TIME, "first_notice_to_anyone_at"),
    C("last seen", R.TIME, "last_seen_at"),
)


def _parties(notices: str) -> tuple[Column, ...]:
    others = (
        *("site owner", "site owner country", "site owner abuse email", "site NTD"),
        *("registrar owner", "registrar country", "registrar abuse email", "registrar NTD"),
    )
    return (
        C("hoster owner", R.TEXT, "owner"),
        C("hoster country", R.LABEL, "country"),
        C("hoster abuse email", R.CONTACT, "contact"),
        C("hoster NTD", R.COUNT_ABOVE, notices),
        *(C(name, R.TEXT) for name in others),
    )


_POLICE = C("police", R.YES_NO, "police")

WHOIS = (*CLASSIFIED, _POLICE, *_parties("notices"))

ALL = (
    _NUMBER,
    C("received", R.TIME, "received_at"),
    C("url type", R.URL_TYPE, "url_type"),
    C("status", R.WORD, "status_code"),
    C("classification", R.GRADE, "grade_code"),
    C("type", R.LABEL, "type_code"),
    C("source", R.LABEL, "source_code"),
    C("reference", R.SEALED, "reference"),
    C("first seen", R.TIME, "first_seen_at"),
    C("first NTD", R.TIME, "first_notice_to_anyone_at"),
    C("last seen", R.TIME, "last_seen_at"),
    _POLICE,
    *_parties(""),  # its counts are right only for the first case of a host
)

NTD = (
    C("NTD filenumber", R.NOTICE_NUMBER, "message.number"),
    C("NTD type", R.WORD, "message.route"),
    C("NTD status", R.WORD, "message.status"),
    C("NTD status time", R.TIME, "message.at"),
    C("abuse owner", R.TEXT, "message.owner"),
    C("abuse type", R.WORD, "message.role"),
    C("abuse country", R.LABEL, "message.country"),
    C("abuse email", R.CONTACT, "message.contact"),
    C("url", R.CUT_URL, "url"),
    C("IP", R.ADDRESS, "ip"),
    C("first seen", R.TIME, "first_seen_at"),
    C("last seen", R.TIME, "last_seen_at"),
    C("online counter", R.COUNT, "online_counter"),
)

NTD_CLOSED = (
    _NUMBER,
    C("url", R.CUT_URL, "url"),
    C("status", R.WORD, "status_code"),
    C("abuse owner", R.TEXT, "message.owner"),  # whether a hoster's is not said
    C("abuse country", R.LABEL, "message.country"),
    C("abuse email", R.CONTACT, "message.contact"),
    C("IP", R.ADDRESS, "ip"),
    C("first seen", R.TIME, "first_seen_at"),
    C("last seen", R.TIME, "last_seen_at"),
    C("online counter", R.COUNT, "online_counter"),
)

ERT_CONSOLE = (
    C("url", R.URL, "url", wide=True, filled=True),
    C("host", R.HOST, "host"),
    C("IP", R.ADDRESS, "ip"),
    C("status", R.WORD, "status_code"),
    C("classification", R.GRADE, "grade_code"),
    C("first seen", R.TIME, "first_seen_at"),
    C("online counter", R.COUNT, "online_counter"),
)

_MAILED_URL = C("url", R.CUT_URL, "url", wide=True, filled=True)
_NOTE = C("note", R.TEXT, wide=True)
_MAILED = (
    C("IP", R.ADDRESS, "ip"),
    C("firstseen", R.TIME, "first_seen_at"),
    C("lastseen", R.TIME, "last_seen_at"),
)
MAILED_FULL = (_MAILED_URL, *_MAILED, _NOTE)
MAILED_URL_ONLY = (_MAILED_URL, _NOTE)
MAILED_POLICE = (_MAILED_URL, C("reason", R.TEXT, wide=True), *_MAILED)
