"""Where the words of a page come from: a reviewed catalogue for each language."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

import yaml
from markupsafe import Markup, escape

from etmaal.charts.numbers import Locale

LANGUAGES = ("en", "nl")

_STARS = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


class Words:
    """One language's texts, found by keys such as ``months.title``."""

    def __init__(self, language: str, catalogue: dict[str, Any]) -> None:
        self.language = language
        self._catalogue = catalogue
        self.locale = Locale(
            decimal=self.text("language.decimal"), thousands=self.text("language.thousands")
        )

    def entry(self, key: str) -> Any:
        """Return what the catalogue has under a key: a text, a list or a table.

        Raises:
            KeyError: if there is no such key.
        """
        found: Any = self._catalogue
        for part in key.split("."):
            if part not in found:
                raise KeyError(f"no text {key!r} in the language {self.language!r}")
            found = found[part]
        return found

    def texts(self) -> Iterator[str]:
        """Yield every text of the catalogue."""

        def within(entry: Any) -> Iterator[str]:
            if isinstance(entry, dict | list):
                for inner in entry.values() if isinstance(entry, dict) else entry:
                    yield from within(inner)
            else:
                yield str(entry)

        return within(self._catalogue)

    def has(self, key: str) -> bool:
        """Say whether there is such a key."""
        try:
            self.entry(key)
        except KeyError:
            return False
        return True

    def text(self, key: str, **values: object) -> str:
        """Return a text with its values put in, without any markup."""
        written: str = _STARS.sub(r"\1", self.entry(key)).format(**values)
        return written

    def rich(self, key: str, **values: object) -> Markup:
        """Return a text as HTML: stars become strong, values are escaped unless `Markup`."""
        return enriched(self.entry(key), **values)

    def many(self, key: str, n: float, written: str, **values: object) -> str:
        """Return the text for one or for any other number, ``written`` as ``{n}``."""
        forms = self.entry(key)
        form: str = forms["one"] if n == 1 else forms["other"]
        return form.format(n=written, **values)


def enriched(text: str, **values: object) -> Markup:
    """Return a catalogue's text as HTML, its values escaped unless they are `Markup`."""
    return Markup(_STARS.sub(r"<strong>\1</strong>", str(escape(text)))).format(**values)  # noqa: S704


@cache
def words(language: str) -> Words:
    """Return one language's words.

    Raises:
        ValueError: if there is no catalogue for it.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no catalogue for {language!r}; there are {', '.join(LANGUAGES)}")
    return Words(language, _read(f"{language}.yaml"))


@cache
def words_with(page: str, language: str) -> Words:
    """Return one language's words, and under the key ``page`` those that only one page needs.

    Raises:
        ValueError: if there is no catalogue for the language.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no catalogue for {language!r}; there are {', '.join(LANGUAGES)}")
    common, own = _read(f"{language}.yaml"), _read(f"{page}.{language}.yaml")
    return Words(language, {**common, page: own})


def _read(name: str) -> dict[str, Any]:
    file = resources.files("etmaal.letters") / "words" / name
    catalogue: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return catalogue
