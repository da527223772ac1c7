"""Bring the Dutch catalogue up to date with the pages and compile it, or with --check find faults.

English is what stands in the code. A library's text that we say otherwise has `#. library` above.
It needs no gettext programs.
"""

import ast
import os
import re
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

import django
from django.conf import settings
from django.utils.translation.template import templatize

SOURCE = Path(__file__).parent.parent / "src" / "etmaal"
FOLDER = SOURCE / "web" / "locale" / "nl" / "LC_MESSAGES"
PO, MO = FOLDER / "django.po", FOLDER / "django.mo"
HEADER = (
    "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\nLanguage: nl\n"
    "Plural-Forms: nplurals=2; plural=(n != 1);\n"
)
LITERAL = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL = re.compile(rf"gettext\(\s*{LITERAL}(?:\s*,\s*{LITERAL}\s*,)?")
NAMES = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
PLACES = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A text, its plural if it has one, and what it is in Dutch."""

    text: str
    plural: str = ""
    dutch: tuple[str, ...] = ()
    library: bool = False


def used() -> dict[str, str]:
    """Return every text that templates and code want translated, with its plural."""
    found: dict[str, str] = {}
    for path in sorted(
        [*SOURCE.glob("*/templates/**/*.html"), *SOURCE.glob("*/templates/**/*.txt")]
    ):
        for one, other in CALL.findall(templatize(path.read_text(encoding="utf-8"))):
            found[ast.literal_eval(one)] = ast.literal_eval(other) if other else ""
    for path in sorted(SOURCE.glob("**/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in NAMES and node.args:
                texts = [a.value for a in node.args[:2] if isinstance(a, ast.Constant)]
                if texts and isinstance(texts[0], str):
                    found[texts[0]] = str(texts[1]) if len(texts) > 1 else ""
    return found


def read(text: str) -> list[Entry]:
    """Return the entries of a catalogue, without its header."""
    entries = []
    for block in re.split(r"\n\s*\n", text):
        values: dict[str, str] = {}
        key = ""
        for line in block.splitlines():
            if match := re.match(r'(msgid|msgid_plural|msgstr(?:\[\d\])?) (".*")$', line):
                key = match[1]
                values[key] = ast.literal_eval(match[2])
            elif line.startswith('"'):
                values[key] += ast.literal_eval(line)
        if values.get("msgid"):
            dutch = tuple(v for k, v in sorted(values.items()) if k.startswith("msgstr"))
            library = "#. library" in block
            entries.append(Entry(values["msgid"], values.get("msgid_plural", ""), dutch, library))
    return entries


def written(entries: list[Entry]) -> str:
    """Return the text of a catalogue."""
    parts = ['msgid ""\nmsgstr ""\n' + "\n".join(_quoted(f"{x}\n") for x in HEADER.splitlines())]
    for e in sorted(entries, key=lambda e: (e.library, e.text)):
        lines = ["#. library"] if e.library else []
        lines.append(f"msgid {_quoted(e.text)}")
        if e.plural:
            lines.append(f"msgid_plural {_quoted(e.plural)}")
            lines += [f"msgstr[{k}] {_quoted(text)}" for k, text in enumerate(e.dutch)]
        else:
            lines.append(f"msgstr {_quoted(e.dutch[0] if e.dutch else '')}")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def compiled(entries: list[Entry]) -> bytes:
    """Return a catalogue as programs read it (GNU gettext's MO format)."""
    pairs = {"": HEADER}
    for e in entries:
        if all(e.dutch):
            pairs[f"{e.text}\0{e.plural}" if e.plural else e.text] = "\0".join(e.dutch)
    ordered = [
        (k.encode(), v.encode()) for k, v in sorted(pairs.items(), key=lambda p: p[0].encode())
    ]
    ids, texts = b"", b""
    for one, other in ordered:
        ids, texts = ids + one + b"\0", texts + other + b"\0"
    tables = [b"", b""]
    at = [28 + 16 * len(ordered), 28 + 16 * len(ordered) + len(ids)]
    for pair in ordered:
        for side in (0, 1):
            tables[side] += struct.pack("<2I", len(pair[side]), at[side])
            at[side] += len(pair[side]) + 1
    head = struct.pack("<7I", 0x950412DE, 0, len(ordered), 28, 28 + 8 * len(ordered), 0, 0)
    return head + tables[0] + tables[1] + ids + texts


def faults(entries: list[Entry], wanted: dict[str, str]) -> list[str]:
    """Return what is wrong with the catalogue, in words."""
    there = {e.text: e for e in entries}
    found = [f"not in the catalogue: {text}" for text in wanted if text not in there]
    for e in entries:
        if not e.library and e.text not in wanted:
            found.append(f"used nowhere: {e.text}")
        if not e.dutch or not all(e.dutch) or len(e.dutch) != (2 if e.plural else 1):
            found.append(f"not in Dutch: {e.text}")
        elif any(
            set(PLACES.findall(d)) != set(PLACES.findall(e.plural or e.text)) for d in e.dutch
        ):
            found.append(f"other places to fill: {e.text}")
    return found


def run(*, check: bool) -> int:
    """Write both files, or only tell; return 1 if something is wrong."""
    if not settings.configured:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "etmaal.config.settings")
        django.setup()
    entries, wanted = read(PO.read_text(encoding="utf-8") if PO.exists() else ""), used()
    if not check:
        there = {e.text: e for e in entries if e.library or e.text in wanted}
        new = [Entry(t, p, ("", "") if p else ("",)) for t, p in wanted.items() if t not in there]
        entries = [*there.values(), *new]
        PO.write_text(written(entries), encoding="utf-8")
        MO.write_bytes(compiled(entries))
    found = faults(entries, wanted)
    if PO.read_text(encoding="utf-8") != written(entries) or MO.read_bytes() != compiled(entries):
        found.append("the catalogue is not as this tool writes it: run tools/catalogues.py")
    sys.stderr.writelines(f"{fault}\n" for fault in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(run(check="--check" in sys.argv))
