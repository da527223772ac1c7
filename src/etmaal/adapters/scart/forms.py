"""Which exports are there, what does each hold, and how does each quote?"""

from dataclasses import dataclass
from enum import StrEnum

from etmaal.adapters.scart import columns as c
from etmaal.adapters.scart.columns import Column, Reading


class Quoting(StrEnum):
    """What a form does about a delimiter inside a field."""

    NEVER = "never"
    ALWAYS = "always"
    SLASHED = "slashed"
    WHERE_NEEDED = "where needed"


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of export.

    ``chosen`` says that a user chooses the columns and their order, ``answers`` that columns of
    answers may follow, ``closed`` that a delimiter ends each unquoted record, ``glued`` that the
    writer now and then forgets a line break, ``refused`` why its files are not read.
    """

    kind: str
    title: str
    columns: tuple[Column, ...]
    quoting: Quoting = Quoting.SLASHED
    chosen: bool = False
    answers: bool = False
    closed: bool = False
    glued: bool = False
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one file: those known by name, and how many of answers stand behind them."""

    form: Form
    columns: tuple[Column, ...]
    answers: int
    quoting: Quoting


REPORT, LIST, CONSOLE, MAIL = "scart-report", "scart-list", "scart-console", "scart-mail-csv"
KINDS = (REPORT, LIST, CONSOLE, MAIL)

_ATTRIBUTES = Form(
    "",
    "report of attribute values",
    tuple(
        Column(name, Reading.TEXT)
        for name in (
            *("filenumber", "reference", "url_type", "received_at"),
            *("type_code", "source_code", "status_code", "grade_code"),
        )
    ),
    answers=True,
    refused="its values need not stand under their own columns",
)
_ERRORS = Form(
    "",
    "list of ICCAM export errors",
    tuple(
        Column(name, Reading.TEXT)
        for name in ("interface", "action", "checksum", "status time", "status", "status_text")
    ),
    refused="it says nothing about items or notices",
)
ERT_CONSOLE = Form(CONSOLE, "older console export", c.ERT_CONSOLE, Quoting.NEVER, closed=True)
FORMS = (
    _ATTRIBUTES,
    _ERRORS,
    Form(CONSOLE, "console export of all cases", c.ALL, answers=True, glued=True),
    Form(CONSOLE, "console export of cases and hosts", c.WHOIS),
    Form(CONSOLE, "console export of classified cases", c.CLASSIFIED, answers=True),
    Form(CONSOLE, "console export of notices", c.NTD),
    Form(CONSOLE, "console export of closed notices", c.NTD_CLOSED),
    ERT_CONSOLE,
    Form(MAIL, "list from a notice", c.MAILED_FULL, Quoting.NEVER),
    Form(MAIL, "list of URLs from a notice", c.MAILED_URL_ONLY, Quoting.NEVER),
    Form(MAIL, "list from a message to the police", c.MAILED_POLICE, Quoting.NEVER),
    Form(LIST, "list of notices", c.NTD_LIST, Quoting.WHERE_NEEDED, chosen=True),
    Form(LIST, "older list of cases", c.CASE_LIST, Quoting.WHERE_NEEDED, chosen=True),
    Form(REPORT, "report", c.REPORT, Quoting.NEVER, chosen=True, answers=True),
)
