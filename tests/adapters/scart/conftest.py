"""Reading an export in a test: the kind, bytes or a file of the examples, and all that comes out."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from etmaal.adapters.scart import read_scart
from etmaal.core.hotline import Header, Record

Read = Callable[..., tuple[Header, list[Record]]]


@pytest.fixture(scope="session")
def examples() -> Path:
    return Path(__file__).parents[2] / "examples" / "scart"


@pytest.fixture(scope="session")
def read() -> Read:
    def all_of(
        kind: str,
        content: bytes | str | Sequence[str],
        name: str = "made-up.csv",
        zone: str = "Europe/Amsterdam",
    ) -> tuple[Header, list[Record]]:
        if not isinstance(content, bytes | str):
            content = "\n".join(content)
        content = content.encode() if isinstance(content, str) else content
        header, records = read_scart(kind, io.BytesIO(content), name=name, zone=ZoneInfo(zone))
        return header, list(records)

    return all_of
