"""Which export is a file, by its header? What is not known is refused by name.

A name is repeated only where the line is surely a header and the name looks like one: without a
header, the first line of a file is a record.
"""

import re
from collections.abc import Sequence

from etmaal.adapters.scart.columns import CLASSIFIED, WHOIS, Column, Reading
from etmaal.adapters.scart.forms import ERT_CONSOLE, FORMS, REPORT, Form, Layout, Quoting
from etmaal.core.errors import BadInput

NUMBER = "filenumber"  # which case or notice a record is
GRADE = "grade_code"  # behind it stand answers, headed by whatever the questions are called

_SURE = frozenset({NUMBER, "ntd_filenumber", "url"})  # one of them is in every header
_HARMLESS = re.compile(r"[A-Za-z][A-Za-z_ ()-]{0,39}")
_ERT_PARTY = re.compile(r"(?:host|registrar)_[a-z_ ]{1,30}")
_ERT_TARGETS = (
    ("owner", Reading.TEXT, ("owner", "name")),
    ("country", Reading.LABEL, ("country",)),
    ("contact", Reading.CONTACT, ("abuse", "contact", "mail")),
)


def recognise(kind: str, line: str, file: str) -> Layout:
    """Return how a file of this kind is laid out.

    Raises:
        BadInput: if the header is of another kind, of none, or of one that is not read.
    """
    names = _names_in(line)
    quoted = line.lstrip().startswith('"')
    layouts = [layout for form in FORMS if (layout := _laid_out(form, names, quoted)) is not None]
    for layout in layouts:
        if layout.form.refused:
            raise BadInput(
                f"{file}: a {layout.form.title}, which is not read: {layout.form.refused}"
            )
        if layout.form.kind == kind:
            _check(layout, file)
            return layout
    if layouts:
        form = layouts[0].form
        raise BadInput(f"{file}: a {form.title}; read it as {form.kind}, not as {kind}")
    raise BadInput(f"{file}: {_unknown(kind, names)}")


def _names_in(line: str) -> list[str]:
    return [name.strip().strip('"').strip() for name in line.strip().removesuffix(";").split(";")]


def _plain(name: str) -> str:
    return name.casefold().replace(" ", "_")


_NO_ANSWERS = frozenset(_plain(column.name) for column in WHOIS[len(CLASSIFIED) :])


def _laid_out(form: Form, names: Sequence[str], quoted: bool) -> Layout | None:
    """Return how a file with these names is laid out if it is of this form."""
    columns = _chosen(form, names) if form.chosen else _fixed(form, names)
    if columns and form is ERT_CONSOLE:
        columns += _ert_parties(names[len(columns) :])
    answers = names[len(columns) :]
    if not columns or (answers and not form.answers):
        return None
    if form.chosen and all(column.name != NUMBER for column in columns):
        return None
    if answers and form.chosen and columns[-1].name != GRADE:
        return None
    if answers and not form.chosen and _plain(answers[0]) in _NO_ANSWERS:
        return None
    quoting = Quoting.ALWAYS if quoted and form.kind == REPORT else form.quoting
    return Layout(form, columns, len(answers), quoting)


def _fixed(form: Form, names: Sequence[str]) -> tuple[Column, ...]:
    """Return the form's columns if these are the names, or the first of them."""
    given = [_plain(name) for name in names[: len(form.columns)]]
    return form.columns if given == [_plain(column.name) for column in form.columns] else ()


def _chosen(form: Form, names: Sequence[str]) -> tuple[Column, ...]:
    """Return the columns up to the first that is not known, or up to the grade."""
    known = {_plain(name): column for column in form.columns for name in column.names}
    found: list[Column] = []
    for name in names:
        column = known.get(_plain(name))
        if column is None or (found and found[-1].name == GRADE):
            break
        found.append(column)
    return tuple(found)


def _ert_parties(names: Sequence[str]) -> tuple[Column, ...]:
    """Return the columns about the host and the registrar, of which only the host's are kept."""
    columns: list[Column] = []
    for name in names:
        if not _ERT_PARTY.fullmatch(name):
            break
        target, reading = _ert_target(name.partition("_")[2])
        if name.startswith("registrar_") or any(column.target == target for column in columns):
            target = ""
        columns.append(Column(name, reading, target, wide=reading is Reading.TEXT))
    return tuple(columns)


def _ert_target(name: str) -> tuple[str, Reading]:
    for target, reading, words in _ERT_TARGETS:
        if any(word in name for word in words):
            return target, reading
    return "", Reading.TEXT


def _check(layout: Layout, file: str) -> None:
    """Refuse a header that names a column twice."""
    names = [column.name for column in layout.columns]
    for name in names:
        if names.count(name) > 1:
            raise BadInput(f"{file}: column {name} is there twice; export it once")


def _unknown(kind: str, names: Sequence[str]) -> str:
    """Say what is wrong with a header, without repeating what could be a record."""
    columns = [column for form in FORMS if form.kind == kind for column in form.columns]
    known = {_plain(name) for column in columns for name in column.names}
    unknown = [(at, name) for at, name in enumerate(names, 1) if _plain(name) not in known]
    told = known.intersection(map(_plain, names))
    if len(told) < 2 or (unknown and told.isdisjoint(_SURE)):
        return f"the first line is no header of this kind ({kind}); export with the header"
    if unknown:
        at, name = unknown[0]
        shown = f"column {name!r}" if _HARMLESS.fullmatch(name) else f"column {at}"
        return f"{shown} is not known in a {kind} file; leave it out of the export"
    if NUMBER not in told and any(form.kind == kind and form.chosen for form in FORMS):
        return f"column {NUMBER} is missing; choose it in the export too"
    return f"the columns do not stand as in a {kind} file; export again, all of them in order"
