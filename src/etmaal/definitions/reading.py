"""How a definition's file becomes checked contents: strict YAML, the schema, and its own dates.

Whatever does not fit is refused with the file and the key; nothing is filled in or guessed.
"""

import json
import re
from collections.abc import Hashable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker

from etmaal.core.errors import BadInput
from etmaal.definitions.values import Definition, Group, Text

HOME = files("etmaal.definitions")


class _Plain(yaml.SafeLoader):
    """YAML as people read it: a key stands once, and only JSON's words are not text."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in keys:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key.value!r} stands twice", problem_mark=key.start_mark
                )
            keys.add(str(key.value))
        return super().construct_mapping(node, deep)


# YAML 1.1 would read `no` as false, 12:30 as 750 and a day as a date.
_Plain.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("null", r"^null$", "n"),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
    ("float", r"^-?[0-9]+\.[0-9]+$", "-0123456789"),
):
    _Plain.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


def read_group(group: Group, home: Traversable = HOME) -> tuple[Definition, ...]:
    """Return one group's definitions, ordered by id.

    Args:
        group: the folder to read.
        home: the folder that holds the groups' folders.

    Raises:
        BadInput: if a file is not YAML, does not fit the schema, has another id than its name, or
            was reviewed after the day before which it must be reviewed again.
    """
    found = [
        _definition(group, f"{group}/{path.name}", path)
        for path in (home / group).iterdir()
        if path.name.endswith(".yaml")
    ]
    return tuple(sorted(found, key=lambda d: d.id))


def _definition(group: Group, file: str, path: Traversable) -> Definition:
    content = _content(group, file, path)
    if f"{content['id']}.yaml" != path.name:
        raise BadInput(f"{file}: id: {content['id']} is not the file's name")
    reviewed = date.fromisoformat(content["reviewed"])
    review_before = date.fromisoformat(content["review_before"])
    if reviewed >= review_before:
        raise BadInput(f"{file}: review_before: {review_before} must lie after {reviewed}")
    return Definition(
        group=group,
        id=content["id"],
        version=content["version"],
        file=file,
        title=text(content["title"]),
        why=text(content["why"]),
        owner=content["owner"],
        reviewed=reviewed,
        review_before=review_before,
        content=content,
    )


def text(both: Mapping[str, str]) -> Text:
    """Return the text in both languages of a mapping that fitted the schema."""
    return Text(nl=both["nl"], en=both["en"])


def _content(group: Group, file: str, path: Traversable) -> dict[str, Any]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _Plain)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError) as e:
        raise BadInput(f"{file}: not readable as YAML: {e}") from e
    faults = [
        f"{file}: {'.'.join(map(str, fault.absolute_path)) or 'the file'}: {fault.message}"
        for fault in _validator(group).iter_errors(content)
    ]
    if faults:
        raise BadInput("\n".join(sorted(faults)))
    checked: dict[str, Any] = content
    return checked


@cache
def _validator(group: Group) -> Draft202012Validator:
    schema = json.loads((HOME / "schemas" / "definitions.schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator(
        {"$ref": f"#/$defs/{group}", "$defs": schema["$defs"]},
        format_checker=FormatChecker(["date"]),
    )
