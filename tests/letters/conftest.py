"""What the tests of letters share: invented bulletins, their pages, and a reader of HTML."""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import pytest

from etmaal.letters.bulletin import render_html

VOID = {"meta", "link", "img", "br", "hr", "input"}


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "bulletin_samples", Path(__file__).parent / "samples.py"
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_samples = _load()


@pytest.fixture(scope="session")
def samples() -> ModuleType:
    """The module with the invented bulletins: ``samples.SAMPLES`` names them all."""
    return _samples


@cache
def _page(name: str, language: str) -> str:
    return render_html(_samples.SAMPLES[name](), language)


@pytest.fixture(scope="session")
def html_of() -> Callable[[str, str], str]:
    """Return the page of a sample in a language; each is rendered once a session."""
    return _page


@dataclass
class Node:
    """An element of a page, its children in order."""

    tag: str
    attributes: dict[str, str | None]
    children: list["Node | str"] = field(default_factory=list)

    def all(self, *tags: str) -> list["Node"]:
        """Return the elements below this one, in the order of the page."""
        found: list[Node] = []
        for child in self.children:
            if isinstance(child, Node):
                if child.tag in tags or not tags:
                    found.append(child)
                found += child.all(*tags)
        return found

    @property
    def text(self) -> str:
        parts = (child if isinstance(child, str) else child.text for child in self.children)
        return "".join(parts)

    @property
    def classes(self) -> set[str]:
        return set((self.attributes.get("class") or "").split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node("#", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, dict(attrs))
        assert len(node.attributes) == len(attrs), f"an attribute twice in <{tag}>"
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Node(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


@cache
def _read(html: str) -> Node:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.open) == 1, f"<{reader.open[-1].tag}> is never closed"
    return reader.root


@pytest.fixture(scope="session")
def tree(html_of: Callable[[str, str], str]) -> Callable[[str, str], Node]:
    """Return the page of a sample as a tree; every element must be closed where it belongs."""
    return lambda name, language: _read(html_of(name, language))
