"""Imports go down only: the contracts in pyproject.toml hold, and they bite."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

LINT = (
    "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
)

pytestmark = pytest.mark.slow  # each run reads the whole import graph


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_contract_is_kept(repository: Path) -> None:
    settings = tomllib.loads((repository / "pyproject.toml").read_text())
    contracts = settings["tool"]["importlinter"]["contracts"]

    result = lint(repository)

    assert f"Contracts: {len(contracts)} kept, 0 broken." in result.stdout, result.stdout
    assert result.returncode == 0


@pytest.mark.parametrize(
    ("story", "module", "line", "broken"),
    [
        ("core looks up", "core/errors.py", "import etmaal.stats", "One direction"),
        (
            "stats opens a socket",
            "stats/__init__.py",
            "import socket",
            "Only adapters open sockets",
        ),
        ("world asks DuckDB", "world/__init__.py", "import duckdb", "Only the engine knows DuckDB"),
        (
            "charts need Django",
            "charts/__init__.py",
            "import django",
            "The monitor runs without Django",
        ),
        ("a package nobody placed", "extra/__init__.py", "", "One direction"),
    ],
)
def test_a_contract_bites(
    repository: Path, tmp_path: Path, story: str, module: str, line: str, broken: str
) -> None:
    shutil.copy(repository / "pyproject.toml", tmp_path)
    shutil.copytree(
        repository / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__")
    )
    changed = tmp_path / "src" / "etmaal" / module
    changed.parent.mkdir(exist_ok=True)
    with changed.open("a") as f:
        f.write(f"\n{line}\n")

    result = lint(tmp_path)

    assert result.returncode == 1, story
    assert f"{broken} BROKEN" in result.stdout
