"""What the guards look at: the repository's own text, tracked or about to be."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class TextFile:
    """One text file: its path from the top of the repository, and its lines."""

    path: str
    lines: tuple[str, ...]


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def text_files() -> tuple[TextFile, ...]:
    """Every tracked, and every untracked file that is not ignored, that is text."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    ).stdout.decode()
    found = []
    for path in sorted(filter(None, set(listed.split("\0")))):
        whole = REPOSITORY / path
        if not whole.is_file():  # deleted in the work tree, not yet in the index
            continue
        content = whole.read_bytes()
        if b"\0" in content:
            continue
        try:
            found.append(TextFile(path, tuple(content.decode().splitlines())))
        except UnicodeDecodeError:  # a test's own example of a wrong encoding
            continue
    return tuple(found)
