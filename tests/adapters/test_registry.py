"""The register as a file: which rows ``registry.csv`` holds, and what is refused."""

import io
from datetime import date
from pathlib import Path

import pytest

from etmaal.adapters.registry import fetch_registry, read_registry
from etmaal.core.errors import BadInput
from etmaal.core.registry import Registry


def read(content: str | bytes) -> Registry:
    raw = content.encode() if isinstance(content, str) else content
    return read_registry(io.BufferedReader(io.BytesIO(raw)), "registry.csv")


def test_columns_may_stand_in_any_order_and_only_provider_is_needed() -> None:
    found = read("asns,provider\r\n64500 64501,acme\r\n\r\n,other\r\n")

    assert [(e.provider, e.asns) for e in found.entries] == [
        ("acme", (64500, 64501)),
        ("other", ()),
    ]


def test_a_row_knows_its_line_even_behind_a_text_of_two_lines() -> None:
    found = read('provider,reason\nacme,"bought,\nthen sold"\nother,\n')

    assert [e.where for e in found.entries] == ["registry.csv, line 3", "registry.csv, line 4"]


def test_a_file_made_by_a_spreadsheet_is_read() -> None:
    found = read(b"\xef\xbb\xbfProvider,AsNs,From\r\nacme,64500,2020-01-01\r\n")

    assert found.of_asn(64500, date(2020, 1, 1)).provider == "acme"


@pytest.mark.parametrize(
    ("story", "content", "words"),
    [
        ("empty", "", "is empty"),
        ("no provider", "name,asns\nAcme,64500\n", "no column provider"),
        ("semicolons", "provider;asns\nacme;64500\n", "commas between"),
        ("an unknown column", "provider,asn\nacme,64500\n", "unknown column 'asn'"),
        ("a column twice", "provider,asns,asns\nacme,64500,\n", "twice"),
        ("a cell too many", "provider,asns\nacme,64500,64501\n", "line 2: 3 cells"),
        ("a cell too few", "provider,asns\nacme\n", "line 2: 1 cells"),
        ("an open quote", 'provider,asns\nacme,"64500\n', "mend the quotes"),
        ("not UTF-8", b"provider\n\xe9\n", "line 2: not UTF-8"),
        ("a row without provider", "provider,asns\n,64500\n", "line 2: no provider"),
        ("two claim one network", "provider,asns\na,64500\nb,64500\n", "line 2"),
    ],
)
def test_a_register_that_cannot_be_used_is_refused(
    story: str, content: str | bytes, words: str
) -> None:
    with pytest.raises(BadInput) as caught:
        read(content)

    assert words in str(caught.value), story
    assert "registry.csv" in str(caught.value), story


def test_a_register_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nowhere\.csv: No such file"):
        fetch_registry(tmp_path / "nowhere.csv")
