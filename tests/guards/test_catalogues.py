"""Each text of the pages is there in both languages, and the compiled catalogue is the written one."""

import gettext
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def catalogues() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogues", ROOT / "tools" / "catalogues.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_each_text_is_there_in_dutch(catalogues: ModuleType) -> None:
    entries = catalogues.read(catalogues.PO.read_text(encoding="utf-8"))

    assert catalogues.faults(entries, catalogues.used()) == []
    assert len(catalogues.used()) > 100


def test_the_compiled_catalogue_says_what_the_written_one_says(catalogues: ModuleType) -> None:
    entries = catalogues.read(catalogues.PO.read_text(encoding="utf-8"))

    with catalogues.MO.open("rb") as f:
        read = gettext.GNUTranslations(f)  # the standard library's reader, not ours

    for entry in entries:
        if entry.plural:
            said = [read.ngettext(entry.text, entry.plural, n) for n in (1, 2)]
        else:
            said = [read.gettext(entry.text)]
        assert said == list(entry.dutch)
    assert catalogues.MO.read_bytes() == catalogues.compiled(entries)
    assert catalogues.PO.read_text(encoding="utf-8") == catalogues.written(entries)


@pytest.mark.parametrize(
    ("fault", "text", "dutch"),
    [
        ("not in the catalogue", "", ""),
        ("not in Dutch", "Hello %(name)s", ""),
        ("other places to fill", "Hello %(name)s", "Hallo %(naam)s"),
        ("used nowhere", "Another", "Een ander"),
    ],
)
def test_a_fault_is_found(catalogues: ModuleType, fault: str, text: str, dutch: str) -> None:
    entries = [catalogues.Entry(text, "", (dutch,))] if text else []

    found = catalogues.faults(entries, {"Hello %(name)s": ""})

    assert any(line.startswith(fault) for line in found)
