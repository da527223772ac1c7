"""Planted texts and keys are found nowhere: not in logs, errors, traces, pages or database files."""

import base64
import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.views.debug import ExceptionReporter

from etmaal.accounts import keys
from etmaal.accounts.ciphertext import Ciphertext
from etmaal.accounts.sealing import NotOpened, open_sealed, seal, seal_many
from etmaal.core.sealed import Sealed

CANARY = "https://canary-7f3a.site.example/path?query"
MASTER = "5eA1" * 16
PLACE, ROW = "sealed_notes_note.body", UUID(int=7)


def forms_of(text: str) -> list[str]:
    """How a text may stand somewhere: plain, or as encodings that nobody recognises at once."""
    raw = text.encode()
    return [text.lower(), raw.hex(), base64.b64encode(raw).decode().rstrip("=").lower()[:-1]]


def assert_nowhere(where: str, *texts: str) -> None:
    found = where.lower()
    for text in texts:
        for form in forms_of(text):
            assert form not in found


def trace_with_locals(error: BaseException) -> str:
    return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


def page_of(error: BaseException) -> str:
    """What Django would show a developer, or mail to an administrator."""
    reporter = ExceptionReporter(None, type(error), error, error.__traceback__)
    return str(reporter.get_traceback_html()) + str(reporter.get_traceback_text())


def test_logs_of_every_level_hold_nothing(
    note: Callable[..., Any], notes: Any, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    settings.DEBUG = True
    connection.force_debug_cursor = True
    statements = logging.getLogger("django.db.backends")
    caplog.set_level(logging.DEBUG, logger=statements.name)
    statements.addHandler(caplog.handler)  # whatever the settings say of passing lines on
    try:
        written = note(CANARY, contact=CANARY)
        notes.objects.filter(pk=written.pk, body=written.body).update(contact=written.body)
        logging.getLogger("etmaal").warning("seen: %s %r", written.body, vars(written))
        asked = str(connection.queries)
    finally:
        connection.force_debug_cursor = False
        statements.removeHandler(caplog.handler)

    assert "INSERT" in caplog.text
    assert "<sealed>" in caplog.text
    assert_nowhere(caplog.text + asked, CANARY)


@pytest.fixture
def given_master(settings: Any, own_keys: Path) -> None:
    del own_keys
    settings.KEYS["master"] = (MASTER, *settings.KEYS["master"][1:])


@pytest.mark.usefixtures("db", "given_master")
def test_errors_and_the_names_beside_a_trace_hold_nothing(
    settings: Any, forget: Callable[[], None]
) -> None:
    settings.DEBUG = True
    value = seal(Sealed(CANARY), place=PLACE, row=ROW)
    data_key = Sealed(spied_data_key())  # closed: this frame is in the traces too
    texts = [(ROW, Sealed(CANARY)), (ROW, None)]
    forget()

    def lose_and(use: Callable[[], object]) -> object:
        settings.KEYS["master"] = ("ab" * 32, *settings.KEYS["master"][1:])
        forget()
        return use()

    causes: list[Callable[[], object]] = [
        lambda: open_sealed(value, place="another", row=ROW),
        lambda: open_sealed(Ciphertext(value.raw[:-1]), place=PLACE, row=ROW),
        lambda: seal_many(texts, place=PLACE),  # type: ignore[arg-type]
        lambda: lose_and(lambda: seal(Sealed(CANARY), place=PLACE, row=ROW)),
        lambda: lose_and(lambda: open_sealed(value, place=PLACE, row=ROW)),
    ]
    for cause in causes:
        with pytest.raises(Exception) as caught:
            cause()
        shown = trace_with_locals(caught.value) + page_of(caught.value) + repr(caught.value)
        assert "accounts" in shown
        assert_nowhere(shown, CANARY, data_key.open())
        assert_nowhere(shown, MASTER)


def spied_data_key() -> str:
    from etmaal.accounts.masters import find, prints
    from etmaal.accounts.models import DataKey

    row = DataKey.objects.get()
    wrapped = bytes(row.wrapped)
    return find(prints(wrapped, number=row.pk).master).unwrap(wrapped, number=row.pk).hex()


@pytest.mark.usefixtures("db", "given_master")
def test_keys_describe_themselves_without_themselves() -> None:
    seal(Sealed(CANARY), place=PLACE, row=ROW)
    from etmaal.accounts import masters

    shown = f"{masters.first()!r} {masters.found()} {keys.sealing_key()!r} {keys._unwrapped}"

    assert_nowhere(shown, MASTER, spied_data_key())
    assert "master key" in shown


def test_an_error_says_neither_what_nor_where() -> None:
    assert (str(NotOpened()), NotOpened().args) == (
        "a sealed value does not open",
        ("a sealed value does not open",),
    )


@pytest.mark.slow
def test_database_files_hold_nothing_of_what_was_sealed(own: Any) -> None:
    own.do("begin", 40)
    own.do("rotate")
    own.do("reseal")

    if own.url is None:
        writer = own.start("hold")  # as long as somebody is there, the log beside the file stays
        writer.stdout.readline()
        whole = everything_in(own.home)
        assert {path.suffix for path in own.home.glob("record*")} == {
            ".sqlite3", ".sqlite3-wal", ".sqlite3-shm",
        }  # fmt: skip
        own.kill(writer)
    else:
        whole = everything_on_the_server(own.url)

    assert b"sealed_notes_note" in whole
    assert b"key.rotated" in whole
    canary = b"canary-"
    for form in (canary, canary.hex().encode(), base64.b64encode(canary)[:8], b".site.example"):
        assert form not in whole
    for key in own.home.glob("*.key"):
        assert key.stat().st_mode & 0o077 == 0
        assert bytes.fromhex(key.read_text()) not in whole.replace(key.read_bytes(), b"")


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("record*") if path.is_file())


def everything_on_the_server(url: str) -> bytes:
    """Return the files of one database and the server's log of changes."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("CHECKPOINT")
        found = admin.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        (oid,) = found.fetchone() or (0,)
    data = Path(unquote(urlsplit(url).hostname or "")) / "data"
    files = [*(data / "base" / str(oid)).iterdir(), *(data / "pg_wal").glob("0*")]
    return b"".join(path.read_bytes() for path in files)
