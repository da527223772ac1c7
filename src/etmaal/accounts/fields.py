"""Where do sealed values stand? In fields that hold them closed, and that rotation finds."""

from typing import TYPE_CHECKING, Any, NoReturn

from django.apps import apps
from django.core import checks
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from etmaal.accounts.ciphertext import Ciphertext

if TYPE_CHECKING:
    _Binary = models.Field[Any, Any]  # the stubs let nobody hold anything but bytes in the other
else:
    _Binary = models.BinaryField


class NotSealed(TypeError):
    """Something else than a sealed value was to be put into a sealed field; it is not repeated."""


class _Closed(DeferredAttribute):
    """Refuses, at the moment of assignment, whatever is not sealed."""

    field: "SealedField"

    def __set__(self, instance: models.Model, value: object) -> None:
        instance.__dict__[self.field.attname] = _closed(self.field, value)


class SealedField(_Binary):
    """A column of sealed values. It opens nothing, and takes no plain text.

    ``row`` names the model's UUID field to which its values are bound; it is set before the insert
    and never changes. A table or column with sealed values keeps its name for the same reason.
    """

    descriptor_class = _Closed
    empty_strings_allowed = False

    if TYPE_CHECKING:
        _pyi_private_set_type: Ciphertext
        _pyi_private_get_type: Ciphertext

    def __init__(self, *args: Any, row: str = "uuid", **kwargs: Any) -> None:
        self.row = row
        # In no form, no admin page and no dump, whatever is said elsewhere.
        super().__init__(*args, **{**kwargs, "editable": False, "serialize": False})

    @property
    def place(self) -> str:
        """Return the place of its values, as `seal` wants it."""
        return f"{self.model._meta.db_table}.{self.column}"

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("serialize")
        return name, path, args, {**kwargs, "row": self.row}

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *self._check_row(), *self._check_handling()]

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Ciphertext | None:
        del expression, connection
        return None if value is None else Ciphertext(bytes(value))

    def get_prep_value(self, value: Any) -> bytes | None:
        closed = _closed(self, value)
        return None if closed is None else closed.raw

    def get_lookup(self, lookup_name: str) -> Any:
        """A sealed value is equal or missing; nothing can be searched in it."""
        return super().get_lookup(lookup_name) if lookup_name in ("exact", "isnull") else None

    def formfield(self, **kwargs: Any) -> None:
        del kwargs

    def value_to_string(self, obj: models.Model) -> NoReturn:
        raise NotSealed(f"{self.place} is sealed: it is in no dump")

    def _check_row(self) -> list[checks.CheckMessage]:
        rows = [f for f in self.model._meta.concrete_fields if f.name == self.row]
        if rows and isinstance(rows[0], models.UUIDField) and rows[0].unique and not rows[0].null:
            return []
        wanted = f"a sealed field needs a unique UUIDField {self.row!r}, which is never null"
        return [checks.Error(wanted, obj=self, id="etmaal.E001")]

    def _check_handling(self) -> list[checks.CheckMessage]:
        handling = getattr(self.model, "Handling", None)
        if handling is not None and self.name in handling.sealed:
            return []
        return [checks.Error("Handling.sealed does not name it", obj=self, id="etmaal.E002")]


def sealed_fields() -> list[SealedField]:
    """Return every sealed field of every table, in the order of their places."""
    found = (
        field
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy
        for field in model._meta.local_concrete_fields
        if isinstance(field, SealedField)
    )
    return sorted(found, key=lambda field: field.place)


def _closed(field: SealedField, value: object) -> Ciphertext | None:
    if value is None or isinstance(value, Ciphertext):
        return value
    raise NotSealed(
        f"{field.model._meta.label}.{field.name} takes sealed values only: seal the text first; "
        "to find one, look up its digest"
    )
