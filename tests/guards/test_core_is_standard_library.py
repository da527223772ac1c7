"""`core` judges with values alone: it imports the standard library and itself, nothing else."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


def foreign_imports(source: str) -> Iterator[str]:
    """Yield what a module of `core` imports from outside it and the standard library."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            # `from . import x` stays inside; `from .. import x` leaves core.
            names = [node.module or ""] if node.level == 0 else [".."] * (node.level - 1)
        else:
            continue
        for name in names:
            inside = name == "etmaal.core" or name.startswith("etmaal.core.")
            if not inside and name.partition(".")[0] not in sys.stdlib_module_names:
                yield name


def test_core_imports_the_standard_library_and_itself_only(repository: Path) -> None:
    modules = sorted((repository / "src" / "etmaal" / "core").rglob("*.py"))

    found = {path.name: list(foreign_imports(path.read_text())) for path in modules}

    assert len(modules) > 5
    assert not {name: imports for name, imports in found.items() if imports}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import math, datetime", []),
        ("from collections.abc import Iterable", []),
        ("from etmaal.core.policy import Kind", []),
        ("from .policy import Kind", []),
        ("import numpy as np", ["numpy"]),
        ("def f():\n    from duckdb import connect", ["duckdb"]),
        ("from etmaal.stats import wilson", ["etmaal.stats"]),
        ("from etmaal import stats", ["etmaal"]),
        ("from ..stats import wilson", [".."]),
        ("import etmaal.corelib", ["etmaal.corelib"]),
    ],
)
def test_the_scan_sees_every_way_to_import(source: str, expected: list[str]) -> None:
    assert list(foreign_imports(source)) == expected
