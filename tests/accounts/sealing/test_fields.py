"""A sealed field takes sealed values and nothing else, and is in no form, dump or description."""

import pickle
from typing import Any

import pytest
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import models
from django.db.models import F, Value
from django.forms import modelform_factory
from django.test.utils import isolate_apps

from etmaal.accounts.ciphertext import Ciphertext
from etmaal.accounts.fields import NotSealed, SealedField, sealed_fields
from etmaal.accounts.handling import Handled
from etmaal.accounts.sealing import open_sealed
from etmaal.core.sealed import Sealed

CANARY = "https://canary.site.example/path?query"


def test_a_value_comes_back_closed_and_opens(notes: Any, note: Any) -> None:
    written = note(CANARY, contact="jo@mail.example")

    found = notes.objects.get(pk=written.pk)

    assert isinstance(found.body, Ciphertext)
    assert found.body == written.body
    assert open_sealed(found.body, place="sealed_notes_note.body", row=found.uuid) == Sealed(CANARY)
    assert notes.objects.values_list("contact", flat=True).get() == written.contact
    assert note("another").contact is None


@pytest.mark.parametrize("plain", [CANARY, CANARY.encode(), Sealed(CANARY), "", 7, F("uuid")])
def test_plain_text_is_refused_where_it_is_put_in(notes: Any, note: Any, plain: object) -> None:
    written = note("first")

    def assign() -> None:
        written.body = plain

    for put in (
        lambda: notes(body=plain),
        assign,
        lambda: notes.objects.filter(pk=written.pk).update(contact=plain),
    ):
        if put is not assign and isinstance(plain, F):
            continue  # the database may copy a column; what it copies is sealed
        with pytest.raises(NotSealed, match="takes sealed values only") as caught:
            put()
        assert "canary" not in str(caught.value)


def test_a_text_is_not_looked_for_in_a_sealed_column(notes: Any, note: Any) -> None:
    written = note(CANARY)

    with pytest.raises(NotSealed, match="look up its digest"):
        notes.objects.filter(body=CANARY).exists()
    for lookup in ("contains", "startswith", "gt", "in", "regex"):
        with pytest.raises(FieldError, match="Unsupported lookup"):
            notes.objects.filter(**{f"body__{lookup}": written.body}).exists()
    assert notes.objects.get(body=written.body) == written
    assert notes.objects.filter(contact__isnull=True).get() == written


def test_a_note_without_its_body_is_refused_by_the_database(notes: Any) -> None:
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        notes.objects.create()


def test_it_is_in_no_form_dump_or_schema(notes: Any, note: Any) -> None:
    written = note(CANARY, contact="jo@mail.example")
    body = notes._meta.get_field("body")

    assert list(modelform_factory(notes, fields="__all__").base_fields) == ["edition"]
    for form in ("json", "xml", "jsonl", "python"):
        dumped = str(serializers.serialize(form, [written]))
        assert "uuid" in dumped
        assert "body" not in dumped
    with pytest.raises(NotSealed, match="in no dump"):
        body.value_to_string(written)
    with pytest.raises(TypeError, match="kept in its field"):
        pickle.dumps(written)


def test_a_row_is_described_without_it(note: Any) -> None:
    written = note(CANARY)

    shown = f"{written!r} {written} {vars(written)} {written.__dict__} {Value(written.body)}"

    assert "<sealed>" in shown
    assert written.body.raw.hex() not in shown
    assert repr(written.body.raw) not in shown


@pytest.mark.usefixtures("notes")
def test_all_places_are_found_without_being_listed() -> None:
    found = [field.place for field in sealed_fields()]

    assert found == sorted(found)
    assert {"sealed_notes_note.body", "sealed_notes_note.contact"} <= set(found)


def test_a_migration_describes_it_whole(notes: Any) -> None:
    name, path, args, kwargs = notes._meta.get_field("contact").deconstruct()

    assert (name, path, list(args)) == ("contact", "etmaal.accounts.fields.SealedField", [])
    assert kwargs == {"null": True, "row": "uuid"}
    again = SealedField(**kwargs)
    assert (again.editable, again.serialize, again.null, again.row) == (False, False, True, "uuid")


@isolate_apps("etmaal.accounts")
def test_a_field_without_a_row_to_be_bound_to_is_refused_by_the_check() -> None:
    class Wrong(Handled):
        other = models.UUIDField(null=True, unique=True)
        url = SealedField(row="other")
        text = SealedField()

        class Handling:
            public: frozenset[str] = frozenset()
            internal = frozenset({"id", "other", "text"})
            sealed = frozenset({"url"})
            kept_days = None
            kept_why = ""

        class Meta:
            app_label = "accounts"

    found = sorted((error.id, error.obj.name) for error in Wrong.check())

    assert found == [("etmaal.E001", "text"), ("etmaal.E001", "url"), ("etmaal.E002", "text")]


def test_the_notes_have_no_such_fault(notes: Any) -> None:
    assert notes.check() == []
