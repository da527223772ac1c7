"""A sealed value opens where it was sealed, under its key, unchanged; and nowhere else."""

import copy
import json
import pickle
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etmaal.accounts import keys
from etmaal.accounts.ciphertext import Ciphertext
from etmaal.accounts.masters import find, prints
from etmaal.accounts.models import DataKey
from etmaal.accounts.sealing import NotOpened, open_sealed, seal, seal_many
from etmaal.core.sealed import Sealed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_keys")]
PLACE, ROW = "cases_item.url", UUID(int=7)
CANARY = "https://canary.site.example/path?query"
AT = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def data_key(number: int) -> bytes:
    """The key itself, by the road that is written down in docs/decisions/0007."""
    wrapped = bytes(DataKey.objects.get(pk=number).wrapped)
    return find(prints(wrapped, number=number).master).unwrap(wrapped, number=number)


@pytest.mark.parametrize(
    ("story", "text"),
    [
        ("a URL", CANARY),
        ("nothing", ""),
        ("other scripts and signs", "https://b\u00fccher.example/\u2603\U0001f600"),
        ("half a surrogate pair, as bad files hold", "https://site.example/\ud800"),
        ("a NUL and line ends", "a\0b\r\n\tc"),
        ("100 kB", "https://site.example/" + "x" * 100_000),
    ],
)
def test_what_was_sealed_opens_unchanged(story: str, text: str) -> None:
    del story

    sealed = seal(Sealed(text), place=PLACE, row=ROW)

    assert open_sealed(sealed, place=PLACE, row=ROW).open() == text


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.tuples(st.uuids(), st.text(max_size=50)), max_size=8))
def test_many_sealed_at_once_open_as_each_alone_does(texts: list[tuple[UUID, str]]) -> None:
    sealed = seal_many(((row, Sealed(text)) for row, text in texts), place=PLACE)

    opened = [
        open_sealed(value, place=PLACE, row=row).open()
        for (row, _), value in zip(texts, sealed, strict=True)
    ]
    assert opened == [text for _, text in texts]


def test_the_bytes_are_what_the_decision_says() -> None:
    """Against the library alone: version, number, nonce, AES-GCM bound to all that is not it."""
    raw = seal(Sealed(CANARY), place=PLACE, row=ROW).raw
    number = DataKey.objects.get().pk

    assert raw[:5] == b"\x01" + number.to_bytes(4, "big")
    about = raw[:5] + PLACE.encode() + b"\0" + ROW.bytes
    assert AESGCM(data_key(number)).decrypt(raw[5:17], raw[17:], about).decode() == CANARY
    assert len(raw) == 5 + 12 + len(CANARY) + 16


def test_the_same_text_is_never_sealed_alike_twice() -> None:
    many = seal_many([(ROW, Sealed(CANARY))] * 1_000, place=PLACE)

    assert len({value.raw[5:17] for value in many}) == 1_000


@pytest.mark.parametrize(
    ("story", "place", "row"),
    [
        ("another row", PLACE, UUID(int=8)),
        ("another column", "cases_item.found_at", ROW),
        ("another table", "cases_report.url", ROW),
        ("a place that ends where the row begins", PLACE[:-1], ROW),
    ],
)
def test_a_value_that_was_moved_does_not_open(story: str, place: str, row: UUID) -> None:
    del story
    sealed = seal(Sealed(CANARY), place=PLACE, row=ROW)

    with pytest.raises(NotOpened, match=r"^a sealed value does not open$") as caught:
        open_sealed(sealed, place=place, row=row)

    assert caught.value.__cause__ is None is caught.value.__context__


def test_a_value_with_any_bit_flipped_does_not_open() -> None:
    raw = seal(Sealed("https://a.example/"), place=PLACE, row=ROW).raw

    for bit in range(8 * len(raw)):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(NotOpened):
            open_sealed(Ciphertext(bytes(changed)), place=PLACE, row=ROW)


def test_a_value_under_the_number_of_another_key_does_not_open() -> None:
    first = seal(Sealed(CANARY), place=PLACE, row=ROW).raw
    other = keys.rotate(by="test", at=AT)
    forged = first[:1] + other.to_bytes(4, "big") + first[5:]

    with pytest.raises(NotOpened):
        open_sealed(Ciphertext(forged), place=PLACE, row=ROW)


@pytest.mark.parametrize("raw", [b"", b"\x01", b"\x01" + bytes(31), b"\x02" + bytes(60), b"http"])
def test_what_is_no_sealed_value_does_not_open(raw: bytes) -> None:
    with pytest.raises(NotOpened):
        open_sealed(Ciphertext(raw), place=PLACE, row=ROW)


def test_sealing_outside_the_transaction_that_writes_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections["default"], "in_atomic_block", False)

    with pytest.raises(transaction.TransactionManagementError, match="seal in the transaction"):
        seal(Sealed(CANARY), place=PLACE, row=ROW)


def test_many_are_sealed_with_as_many_queries_as_one(django_assert_num_queries) -> None:
    seal(Sealed(CANARY), place=PLACE, row=ROW)

    with django_assert_num_queries(1):
        many = seal_many([(uuid4(), Sealed(CANARY)) for _ in range(2_000)], place=PLACE)

    assert len(many) == 2_000


def test_opening_asks_the_record_for_a_key_once(django_assert_num_queries, forget) -> None:
    sealed = seal(Sealed(CANARY), place=PLACE, row=ROW)
    forget()

    with django_assert_num_queries(1):
        for _ in range(5):
            open_sealed(sealed, place=PLACE, row=ROW)


@pytest.mark.parametrize("shown", [repr, str, format, "{:>40}".format, "%s".__mod__, "%r".__mod__])
def test_a_sealed_value_shows_nothing_of_itself(shown) -> None:
    sealed = seal(Sealed(CANARY), place=PLACE, row=ROW)

    assert shown(sealed) == "<sealed>"
    assert shown([sealed]) == "[<sealed>]" if shown in (repr, str) else True


def test_a_sealed_value_is_not_written_away_by_accident() -> None:

    sealed = seal(Sealed(CANARY), place=PLACE, row=ROW)

    for away in (pickle.dumps, json.dumps, bytes, copy.deepcopy, bytearray, b"".join, list):
        with pytest.raises(TypeError):
            away(sealed)
