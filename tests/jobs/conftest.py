"""A record of a test's own, for work in processes of their own that may be killed."""

import os
import shutil
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
import pytest

SCRIPT = Path(__file__).parent / "worker_script.py"


class Record:
    """A database and a home: commands run on it, and plain SQL reads what they left."""

    def __init__(self, home: Path, like: "Record | None" = None) -> None:
        self.home, self._server = home, os.environ.get("DATABASE_URL", "")
        self._name = f"etmaal_{uuid.uuid4().hex[:12]}"
        self.env = {**os.environ, "ETMAAL_HOME": str(home), "ETMAAL_HTTPS": "no"}
        if self._server:
            template = f"TEMPLATE {like._name}" if like else ""
            self.on_server(f"CREATE DATABASE {self._name} {template}")
            self.env["DATABASE_URL"] = self._server.rsplit("/", 1)[0] + f"/{self._name}"
        if like:
            shutil.copytree(like.home, home)

    def on_server(self, statement: str) -> None:
        with self._postgresql("postgres") as connection:
            connection.execute(statement)

    def _postgresql(self, name: str) -> psycopg.Connection[Any]:
        parts = urlsplit(self._server)
        host = unquote(parts.netloc.rpartition("@")[2])
        return psycopg.connect(host=host, user=parts.username, dbname=name, autocommit=True)

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        if self._server:
            with self._postgresql(self._name) as connection:
                cursor = connection.execute(statement)
                return cursor.fetchall() if cursor.description else []
        file = self.home / "record.sqlite3"
        with closing(sqlite3.connect(file, timeout=20)) as plain, plain:
            return plain.execute(statement).fetchall()

    def etmaal(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "etmaal", *words]
        return subprocess.run(
            command, env=self.env, capture_output=True, text=True, timeout=60, check=False
        )

    def start(self, *words: str, **more: str) -> subprocess.Popen[str]:
        """Start the script beside this file; what it does is its first word."""
        return subprocess.Popen(
            [sys.executable, SCRIPT, *words],
            env={**self.env, **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def drop(self) -> None:
        if self._server:
            self.on_server(f"DROP DATABASE {self._name} WITH (FORCE)")


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Record]:
    """Nothing but a place."""
    record = Record(tmp_path / "home")
    yield record
    record.drop()


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    """A record from which others are copied."""
    record = Record(tmp_path_factory.mktemp("made") / "home")
    made = record.etmaal("up", "--no-serve")
    assert made.returncode == 0, made.stderr
    yield record
    record.drop()


@pytest.fixture
def record(made_once: Record, tmp_path: Path) -> Iterator[Record]:
    """A record that is ready."""
    record = Record(tmp_path / "home", made_once)
    yield record
    record.drop()
