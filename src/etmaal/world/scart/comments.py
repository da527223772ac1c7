"""SCART's own words for what it writes in a case's history: states, tags and comments.

Readers tell a machine's finding from a person's by nothing but these comments.

Source: the history rows that the published code of SCART writes (release of April 2024).
"""

from enum import StrEnum


class Status(StrEnum):
    """The states of a case that occur here."""

    NONE = ""
    SCRAPE = "scheduler_scrape"
    WORK = "work"
    NOT_SCRAPED = "cannot_scrape"
    GRADE = "grade"
    POLICE = "first_police"
    CHECK = "scheduler_checkonline"
    CHECK_MANUAL = "scheduler_checkonline_manual"
    CHANGED = "abusecontact_changed"
    OFFLINE = "close_offline"
    OFFLINE_MANUAL = "close_offline_manual"
    CLOSE = "close"
    DOUBLE = "close_double"


STATUSES = tuple(Status)


class Tag(StrEnum):
    """What a history row is about."""

    STATUS = "STATUS"
    IP = "IP"
    HOSTER = "HOSTER"
    CLASSIFY = "CLASSIFY"


TAGS = tuple(Tag)


class Said(StrEnum):
    """The comments of history rows."""

    CREATED = "Inputs; init record created"
    ANALYSING = "Working on analyze (scrape)"
    ANALYSED = "Analyze (scrape) done; next fase"
    NOT_ANALYSED = "Cannot scrape"
    PICTURE = "Analyze: new url found"
    DOUBLE = "Detected as double url"
    FOUND_AGAIN = "Back to classify (found on url in new scrape)"
    IP_SET = "Set IP in analyze input"
    IP_CHANGED = "Detected IP change in get WhoIs"
    HOST_SET = "Analyze; found hoster in WhoIs"
    HOST_CHANGED = "VerifyWhoIs; hoster in WhoIs changed"
    MERGED = "Merge abusecontacts"
    ILLEGAL = "Classify done; illegal; checkonline"
    POLICE_FIRST = "Classify done; illegal; first police"
    RELEASED = "Goto checkonline by analist in POLICE function"
    NOT_ILLEGAL = "Classify done; not illegal or ignore"
    GRADED = "Classify; set by analist"
    OFFLINE = "Checkonline; found url offline"
    OFFLINE_BY_HAND = "Set by analist"
    OFFLINE_BY_MAIL = "Close offline by email import"
    CHANGED = "Checkonline; hoster is changed"
    NO_WHOIS = "Checkonline; cannot find WhoIs information"
    NOT_LOCAL = "Checkonline; hoster not in local country"
    APPROVED = "Changed; set by analist"
    BY_ANALYST = "Inputs; set by analist"


COMMENTS = tuple(Said)
