"""Nothing in the repository tells on which machine it was made, or where packages came from."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

# Built from words, so that this file does not hold what it looks for.
_WHOLE = "|".join(("work", "root", "farm", "tmp"))
_OWNED = "|".join(("home", "Users"))
MACHINE_PATH = re.compile(
    rf"(?<![\w.~)}}\]-])/(?:(?:{_WHOLE})(?![\w-])|(?:{_OWNED})/\w)"
    rf"|\b[A-Za-z]:\\(?:{_OWNED})\\"
    r"|/\.(?:pyenv|cache|local)/"
)
REGISTRY = re.compile(
    r"\b(?:pypi|pythonhosted|npmjs|crates|rubygems|golang|anaconda)\.(?:org|com|io)\b"
    r"|\b(?:extra[-_])?index[-_]url\b|--find[-_]links",
    re.IGNORECASE,
)
LOCK = re.compile(r"\.lock$|lock\.json$|^requirements.*\.txt$")


def traces(line: str) -> Iterator[str]:
    """Yield what in a line is a path of one machine or an address of a package registry."""
    for pattern in (MACHINE_PATH, REGISTRY):
        yield from (match.group() for match in pattern.finditer(line))


@pytest.mark.slow
def test_no_file_holds_a_path_of_one_machine_or_a_registry_address(text_files) -> None:
    found = [
        f"{file.path}:{number}: {trace}"
        for file in text_files
        for number, line in enumerate(file.lines, 1)
        for trace in traces(line)
    ]

    assert len(text_files) > 20
    assert found == []


def test_no_lock_file_holds_an_address(text_files) -> None:
    locks = [file for file in text_files if LOCK.search(PurePosixPath(file.path).name)]

    found = [f"{f.path}: {line}" for f in locks for line in f.lines if "://" in line]

    assert {file.path for file in locks} >= {"requirements.lock", "requirements-dev.lock"}
    assert found == []


@pytest.mark.parametrize(
    ("story", "parts", "caught"),
    [
        ("a work folder", ("see ", "/", "work", "/main"), True),
        ("the superuser's home", ("'", "/", "root", "'"), True),
        ("a temporary folder", ("open(", '"', "/", "tmp", "/x", '")'), True),
        ("somebody's home", ("at ", "/home", "/anna/etmaal"), True),
        ("somebody's home on another system", ("C:", "\\Users", "\\anna"), True),
        ("a folder of a tool", ("lib", "/.pyenv", "/versions"), True),
        ("a package index", ("https://", "pypi", ".org/simple"), True),
        ("an option that names an index", ("--extra-index", "-url"), True),
        ("a path inside the repository", ("docs", "/", "work", "/x"), False),
        ("a path of an address", ("https://desk.example", "/", "root", "/x"), False),
        ("a longer word", ("the ", "/workers", " page"), False),
        ("a word with a slash before it", ("and", "/", "root", " cause"), False),
        ("a home page", ("GET ", "/home", " returns"), False),
        ("a placeholder", ("{base}", "/", "tmp", "/x"), False),
    ],
)
def test_the_scan_tells_traces_from_ordinary_words(
    story: str, parts: tuple[str, ...], caught: bool
) -> None:
    assert bool(list(traces("".join(parts)))) is caught, story
