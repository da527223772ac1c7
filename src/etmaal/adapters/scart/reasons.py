"""Why can a record not be used? Fixed sentences, none of which repeats a value."""

TOO_LONG = "longer than a megabyte: a line break is missing, or this is no export"
NOT_UTF8 = "not UTF-8: export again, or save the file as UTF-8"
NUL = "a NUL byte in it: the file is damaged or not text"

SHORT = "fewer fields than the header: cut off, or a line break where none belongs"
LONG = "more fields than the header has columns"
LEADING = "fewer fields than the header: empty leading columns were left out, or it was cut off"
SHIFTED = "a semicolon or line break in a field: its columns cannot be put in place in one way only"
PART = "the record before it broke off, and this may be the rest of it"
UNQUOTED = "its quotes do not close, or do not stand around whole fields"
QUOTE_INSIDE = "a quote or backslash in a field that is kept, and this form has no rule for it"

NO_FILENUMBER = "not a file number: a letter and ten digits"
NO_URL = "not a URL: a scheme, :// and no line breaks"
CUT_URL = "a URL of 255 characters, where this form cuts them: it may be another item's"
NO_HOST = "not a host name"
NO_ADDRESS = "not an IP address"
NO_TIME = "not a time such as 2020-03-29 12:00:00"
NO_YEAR = "a year before 1990 or after 2199: check the year"
NO_WORD = "not a code word"
NO_URL_TYPE = "not a type of URL"
NO_GRADE = "not one of unset, illegal, ignore, not_illegal"
NO_YES_NO = "neither y nor n"
NO_COUNT = "not a whole number"
TEXT_TOO_LONG = "longer than 1,000 characters: not a name"

REASONS = frozenset(
    {value for name, value in list(globals().items()) if name.isupper() and isinstance(value, str)}
)


class Unfit(Exception):
    """A record, or one field of it, cannot be used; ``reason`` is one of `REASONS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
