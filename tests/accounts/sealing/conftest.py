"""Notes with sealed fields; and a record of its own, for several processes and for kills."""

import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings as of_django
from django.db import connection
from django.test import override_settings

import etmaal
from etmaal.accounts import keys, lookup
from etmaal.accounts.sealing import seal
from etmaal.core.sealed import Sealed

PATHS = (Path(etmaal.__path__[0]).parent, Path(__file__).parents[2] / "plugins")
TIMEOUT_S = 240


@contextmanager
def installed() -> Iterator[None]:
    """Add the notes to the applications."""
    with override_settings(INSTALLED_APPS=[*of_django.INSTALLED_APPS, "sealed_notes"]):
        yield


@pytest.fixture(scope="session")
def _table(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), installed(), connection.schema_editor() as editor:
        from sealed_notes.models import Note

        editor.create_model(Note)


@pytest.fixture
def forget() -> Callable[[], None]:
    """Forget what this process has unwrapped: it then knows no more than a new one."""

    def forgotten() -> None:
        keys._unwrapped.clear()
        lookup._agreed.clear()
        lookup._seal.cache_clear()

    return forgotten


@pytest.fixture
def own_keys(tmp_path: Path, settings: Any, forget: Callable[[], None]) -> Iterator[Path]:
    """Keys of this test's own, in a folder, none made yet."""
    settings.KEYS = {
        "master": (None, "ETMAAL_MASTER_KEY", tmp_path / "master.key"),
        "lookup": (None, "ETMAAL_KEY", tmp_path / "sealing.key"),
    }
    forget()
    yield tmp_path
    forget()


@pytest.fixture
def notes(_table: None, db: None, own_keys: Path) -> Iterator[type]:
    """The model; its table is empty, and no key is made yet."""
    del _table, db, own_keys
    with installed():
        from sealed_notes.models import Note

        yield Note


@pytest.fixture
def note(notes: type) -> Callable[..., Any]:
    """Write a note that says something."""

    def written(body: str, contact: str | None = None) -> Any:
        row = uuid4()
        return notes.objects.create(
            uuid=row,
            body=seal(Sealed(body), place="sealed_notes_note.body", row=row),
            contact=None
            if contact is None
            else seal(Sealed(contact), place="sealed_notes_note.contact", row=row),
        )

    return written


class Own:
    """A record of a test's own, on the database under test, reached by processes."""

    def __init__(self, home: Path, url: str | None) -> None:
        self.home, self.url = home, url
        self.processes: list[subprocess.Popen[str]] = []
        self.env = {
            "PATH": os.defpath,
            "PYTHONPATH": os.pathsep.join(map(str, PATHS)),
            "ETMAAL_HOME": str(home),
            "ETMAAL_HTTPS": "no",
            **({"DATABASE_URL": url} if url else {}),
        }

    def start(self, *command: object) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "sealed_notes", *map(str, command)], env=self.env, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.processes.append(process)
        return process

    def end(self, process: "subprocess.Popen[str]") -> dict[str, Any]:
        """Wait for a process that should do well, and return what it said."""
        out, err = process.communicate(timeout=TIMEOUT_S)
        assert process.returncode == 0, err
        return dict(json.loads(out.splitlines()[-1]))

    def said(self, process: "subprocess.Popen[str]") -> dict[str, Any]:
        """Return what a process says next."""
        assert process.stdout is not None
        return dict(json.loads(process.stdout.readline()))

    def do(self, *command: object) -> dict[str, Any]:
        return self.end(self.start(*command))

    def tell(self, process: "subprocess.Popen[str]") -> None:
        """Let a process that waits go on."""
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()

    def kill(self, process: "subprocess.Popen[str]") -> None:
        """Kill -9, and wait until it is gone."""
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=TIMEOUT_S)

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                self.kill(process)
            for pipe in (process.stdin, process.stdout, process.stderr):
                if pipe is not None:
                    pipe.close()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Own]:
    with database() as url:
        record = Own(tmp_path, url)
        try:
            yield record
        finally:
            record.stop()


@contextmanager
def database() -> Iterator[str | None]:
    """Make a database beside the one under test; None: a file in the home will do."""
    url = os.environ.get("DATABASE_URL")
    if url is None:
        yield None
        return
    server, name = url.rpartition("/")[0], f"own_{secrets.token_hex(6)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    try:
        yield f"{server}/{name}"
    finally:
        with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
