"""Does an edition say what its frozen rows say? Recompute it and compare every byte."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from itertools import zip_longest
from pathlib import Path
from typing import Any

from etmaal.core.errors import BadInput
from etmaal.definitions import loader
from etmaal.engine.edition import EDITION, REJECTS, SNAPSHOT, Progress, compute, quiet
from etmaal.engine.question import Question, asked
from etmaal.engine.writing import sha256

_CELL = 60  # characters of a line that a difference shows


@dataclass(frozen=True, slots=True)
class Verification:
    """What the comparison found; ``warnings`` are said before ``differences``."""

    files: int
    warnings: tuple[str, ...]
    differences: tuple[str, ...]


def read_edition(edition: Path) -> dict[str, Any]:
    """Return what ``edition.json`` says.

    Raises:
        BadInput: if the folder is no edition or its description cannot be read.
    """
    path = edition / EDITION
    if not path.is_file():
        raise BadInput(f"{edition.name} is no edition: it holds no {EDITION}")
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        question_of(content)
        for key in ("provisional", "norm_hours", "inputs", "files"):
            content[key]
        if not content["snapshot"]["files"]:
            raise ValueError("it names no frozen rows")
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as e:
        raise BadInput(f"{path.name} of {edition.name} is damaged: {e}") from e
    return content


def question_of(content: dict[str, Any]) -> Question:
    """Return the question that an edition answers."""
    return asked(
        content, loader.clock(content["clock"]["id"]), loader.floors(content["floors"]["id"])
    )


def verify(edition: Path, *, progress: Progress = quiet) -> Verification:
    """Compute an edition again from its frozen snapshot and compare file by file.

    Raises:
        BadInput: if the folder is no edition.
    """
    content = read_edition(edition)
    warnings = tuple(other_versions(content))
    differences = list(changed_snapshot(edition, content))
    if differences:
        return Verification(0, warnings, tuple(differences))
    question = question_of(content)
    with tempfile.TemporaryDirectory(prefix="etmaal-verify-") as scratch:
        again = Path(scratch)
        (again / SNAPSHOT).symlink_to((edition / SNAPSHOT).resolve())
        if (edition / REJECTS).exists():
            shutil.copyfile(edition / REJECTS, again / REJECTS)
        compute(again, question, content["inputs"], progress=progress)
        here = {path.name for folder in (edition, again) for path in folder.iterdir()}
        names = sorted({*content["files"], *here} - {SNAPSHOT})
        for name in names:
            differences += _difference(edition / name, again / name)
    return Verification(len(names), warnings, tuple(differences))


def other_versions(content: dict[str, Any]) -> Iterator[str]:
    """Say whether an edition was made by other code, or under other definitions, than these."""
    if content.get("code") != version("etmaal"):
        yield f"made by version {content.get('code')}, verified by version {version('etmaal')}"
    if content.get("definitions", {}).get("sha256") != loader.digest():
        yield "made under other definitions than those of this version"


def changed_snapshot(edition: Path, content: dict[str, Any]) -> Iterator[str]:
    """Say which of an edition's frozen rows are missing or were changed since."""
    for name, digest in content["snapshot"]["files"].items():
        path = edition / SNAPSHOT / name
        if not path.is_file():
            yield f"{SNAPSHOT}/{name} is missing"
        elif sha256(path) != digest:
            yield f"{SNAPSHOT}/{name} was changed after the edition was made"


def _difference(made: Path, again: Path) -> Iterator[str]:
    if not made.exists() or not again.exists():
        yield f"{made.name} is {'missing' if again.exists() else 'no file of this edition'}"
        return
    first, second = made.read_bytes(), again.read_bytes()
    if first == second:
        return
    if made.suffix == ".parquet":
        yield f"{made.name} differs"
        return
    lines = zip_longest(first.split(b"\n"), second.split(b"\n"), fillvalue=b"(nothing)")
    for number, (one, other) in enumerate(lines, start=1):
        if one != other:
            yield (
                f"{made.name} differs from line {number} on: "
                f"{_shown(one)} in the edition, {_shown(other)} computed now"
            )
            return


def _shown(line: bytes) -> str:
    text = line.decode("utf-8", errors="replace")
    return text if len(text) <= _CELL else f"{text[:_CELL]}..."
