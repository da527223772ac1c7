"""A real browser: Debian's chromium, without network, and the invented bulletins as files."""

import importlib.util
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from etmaal.letters.bulletin import render_html

# Playwright runs a loop in the tests' own thread. Django's refusal of that is meant for servers.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = Path("/usr/bin/chromium")
SAMPLES = Path(__file__).parents[1] / "letters" / "samples.py"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the system's chromium, which runs as root and asks nothing of the network."""
    if not CHROMIUM.exists():
        pytest.fail("chromium is missing: run tools/system-packages chromium", pytrace=False)
    return {
        **browser_type_launch_args,
        "executable_path": str(CHROMIUM),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ],
    }


@pytest.fixture(scope="session")
def base_url() -> str:
    """Leave out the plugin's own fixture: files have no base, and pytest warns of how it is made."""
    return ""


@cache
def _samples() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bulletin_samples_in_browser", SAMPLES)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def bulletin(tmp_path: Path) -> Callable[[str, str], str]:
    """Write a sample in a language to a file and return its address."""

    def writing(name: str, language: str) -> str:
        file = tmp_path / f"bulletin.{language}.html"
        file.write_text(render_html(_samples().SAMPLES[name](), language), encoding="utf-8")
        return file.as_uri()

    return writing
