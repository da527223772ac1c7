"""The documents say what is: links lead somewhere, examples run, tables agree with the code."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import click
import pytest
import yaml
from click.testing import CliRunner

from etmaal.cli.main import COMMANDS, main
from etmaal.core.attribution import State as AttributionState
from etmaal.core.episodes import Episode, State, episodes
from etmaal.core.history import By, Delivery, Event, EventKind, History, Look, Notice, Outage, Seen
from etmaal.core.outcomes import Outcome, RemovalWindow
from etmaal.core.policy import ClockPolicy, Kind
from etmaal.core.verdicts import Floors, Verdict
from etmaal.definitions import loader
from etmaal.engine.bounds import OVERTURNING, Variant

ROOT = Path(__file__).resolve().parents[2]
README, METHOD = ROOT / "README.md", ROOT / "docs" / "method.md"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("changes.d/*.md")])
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
GUARDS = sorted(path.name for path in Path(__file__).parent.glob("test_*.py"))

FENCE = re.compile(r"^```(?P<about>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FILE = re.compile(r"`([\w./-]+\.(?:py|md|yaml|toml|lock))`")
COMMAND = re.compile(r"^(?:\.venv/bin/)?etmaal .*$", re.MULTILINE)

each_document = pytest.mark.parametrize("document", PAGES, ids=lambda p: str(p.relative_to(ROOT)))


def blocks(page: Path, language: str) -> Iterator[tuple[str, str]]:
    """Yield each fenced block in a language: what stands behind the language, and its text."""
    for found in FENCE.finditer(page.read_text()):
        first, _, rest = found["about"].partition(" ")
        if first == language:
            yield rest, found["text"]


def prose(page: Path) -> str:
    return FENCE.sub("", page.read_text())


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


def rows_under(page: Path, header: str) -> list[list[str]]:
    """Return the cells of the table that begins with this header; code marks are taken off."""
    lines = page.read_text().splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {header} |"))
    table = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        table.append([cell.strip().strip("`") for cell in line.strip("|").split(" |")])
    return table


# --- what holds of every page


@each_document
def test_every_link_leads_to_a_file_and_a_heading(document: Path) -> None:
    broken = []
    for target in LINK.findall(prose(document)):
        path, _, anchor = target.partition("#")
        if "://" in target:
            continue
        there = (document.parent / path).resolve() if path else document
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(target)

    assert broken == []


@each_document
def test_every_file_named_is_there(document: Path, text_files) -> None:
    paths = [f"/{file.path}" for file in text_files]

    missing = [
        name
        for name in FILE.findall(prose(document))
        if not any(path.endswith(f"/{name}") for path in paths)
    ]

    assert missing == []


@each_document
def test_every_make_target_named_exists(document: Path, repository: Path) -> None:
    there = set(re.findall(r"^([a-z]+):", (repository / "Makefile").read_text(), re.MULTILINE))

    shown = "\n".join(text for _, text in blocks(document, "sh"))
    named = re.findall(r"`make ([a-z]+)", prose(document))
    named += re.findall(r"(?:^|&& )make ([a-z]+)", shown, re.MULTILINE)

    assert set(named) <= there


@each_document
def test_every_command_shown_has_the_options_it_is_shown_with(document: Path) -> None:
    context = click.Context(main)
    for _, text in blocks(document, "sh"):
        for line in COMMAND.findall(text):
            _, name, *words = shlex.split(line, comments=True)
            command = main.get_command(context, name)
            while isinstance(command, click.Group):
                command = command.get_command(context, words.pop(0))
            assert command is not None, line
            known = {option for p in command.get_params(context) for option in p.opts}
            assert {w for w in words if w.startswith("-")} <= known, line


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, ahead = set(), [README]
    while ahead:
        page = ahead.pop()
        if page in reached:
            continue
        reached.add(page)
        for target in LINK.findall(prose(page)):
            there = (page.parent / target.partition("#")[0]).resolve()
            ahead += sorted(there.glob("*.md")) if there.is_dir() else [there]
            ahead = [p for p in ahead if p.suffix == ".md"]

    assert set(PAGES) - reached == set()


# --- commands, targets, definitions, words


def test_the_readme_and_the_page_of_commands_name_every_command() -> None:
    table = {row[0] for row in rows_under(README, "command")}
    page = (ROOT / "docs" / "commands.md").read_text()

    assert table == {f"etmaal {name}" for name in COMMANDS}
    assert [name for name in COMMANDS if f"## `etmaal {name}`" not in page] == []


def test_every_make_target_is_explained_to_contributors() -> None:
    there = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)

    explained = [row[0] for row in rows_under(ROOT / "CONTRIBUTING.md", "target")]

    assert sorted(explained) == sorted(f"make {target}" for target in there)


def test_every_clock_floor_and_indicator_is_on_the_page_of_definitions() -> None:
    page = (ROOT / "docs" / "definitions.md").read_text()

    assert [d.id for d in loader.all_definitions() if f"`{d.id}`" not in page] == []


def test_the_words_of_the_rules_are_in_the_glossary() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text().lower()
    values = (Episode, Notice, Outage, RemovalWindow, ClockPolicy, Outcome, Verdict, Floors)
    words = [*(value.__name__ for value in values), *State, *Outcome, *Verdict]

    missing = [
        word for word in words if not re.search(rf"[|(,] *`?{word.lower()}`?\b|`{word}`", glossary)
    ]

    assert missing == []


def test_every_guard_is_explained() -> None:
    assert sorted(row[0] for row in rows_under(ROOT / "TESTING.md", "guard")) == GUARDS


def test_decisions_are_numbered_and_say_what_was_refused() -> None:
    assert [path.name[:4] for path in DECISIONS] == [
        f"{k:04}" for k in range(1, len(DECISIONS) + 1)
    ]
    for path in DECISIONS:
        headings = re.findall(r"^## (.+)$", path.read_text(), re.MULTILINE)
        assert headings == ["Context", "Options refused", "Choice", "Consequences"], path.name


def test_the_citation_names_this_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())

    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert (citation["cff-version"], citation["type"]) == ("1.2.0", "software")
    assert (citation["version"], citation["license"]) == (project["version"], project["license"])


def test_pictures_are_small_stand_alone_and_can_be_read_aloud() -> None:
    pictures = sorted((ROOT / "docs" / "pictures").glob("*.svg"))

    assert pictures
    for path in pictures:
        text = path.read_text()
        drawn = ElementTree.fromstring(text)  # noqa: S314 - our own file
        space = "{http://www.w3.org/2000/svg}"
        assert len(text) < 60_000
        assert drawn.findtext(f"{space}title") and drawn.findtext(f"{space}desc")
        assert not re.search(r"<script|<image|href=|@import", text)
        assert path.name in README.read_text()


# --- the method page says what the code does


@pytest.mark.parametrize(
    "snippet", [text for page in PAGES for _, text in blocks(page, "python")], ids=lambda s: s[:30]
)
@pytest.mark.slow
def test_a_piece_of_python_in_a_document_runs(snippet: str) -> None:
    assert "assert " in snippet, "a piece that claims nothing shows nothing"

    exec(compile(snippet, "document", "exec"), {"__name__": "document"})  # noqa: S102


NOTICED_AT = datetime(2026, 10, 24, 12, tzinfo=UTC)  # the clocks go back that night
NOT_ITS_OWN_NAME = {"moved": EventKind.MOVED_HOST}


def told(story: str) -> tuple[Episode, ...]:
    """Judge a story of the method page; a notice at 0 unless the story has another message."""
    notices, looks, events, outages = [], [], [], []

    def moment(hours: str) -> datetime:
        return NOTICED_AT + timedelta(hours=float(hours))

    for word, when in (part.split() for part in story.split(", ")):
        if word == "outage":
            begins, ends = when.split("-")
            outages.append(Outage(None, moment(begins), moment(ends)))
        elif word in ("online", "gone"):
            looks.append(Look(moment(when), Seen(word), By.HOTLINE))
        elif word == "miss":
            looks.append(Look(moment(when), Seen.GONE, By.PROBE))
        elif word == "says_gone":
            looks.append(Look(moment(when), Seen.GONE, By.PROVIDER))
        elif word == "bounced":
            notices.append(Notice("n", "p", moment(when), delivery=Delivery.BOUNCED))
        elif word == "order":
            notices.append(Notice("n", "p", moment(when), kind=Kind.ORDER))
        elif word != "no":
            events.append(Event(moment(when), NOT_ITS_OWN_NAME.get(word) or EventKind(word)))
    history = History(
        tuple(notices or [Notice("n", "p", NOTICED_AT)]),
        tuple(looks),
        tuple(events),
        tuple(outages),
    )
    clock = loader.clock("nl-covenant-2018")
    return episodes(history, clock, as_of=NOTICED_AT + timedelta(days=30))


def written(window: RemovalWindow) -> str:
    hour = timedelta(hours=1)
    ends = "inf)" if window.by is None else f"{window.by / hour:g}]"
    return f"({window.after / hour:g}, {ends}"


@pytest.mark.parametrize("row", rows_under(METHOD, "what was seen, hours from the start"))
def test_an_example_of_a_window_is_judged_as_the_method_says(row: list[str]) -> None:
    story, window, outcome, _ = row

    [episode] = told(story)

    assert episode.window is not None
    assert (written(episode.window), episode.outcome) == (window, outcome)


def test_the_examples_show_every_outcome() -> None:
    shown = {row[2] for row in rows_under(METHOD, "what was seen, hours from the start")}

    assert shown == set(Outcome)


def test_the_states_outside_n_stand_in_the_order_of_testing_with_examples_that_hold() -> None:
    rows = rows_under(METHOD, "state outside `n`")

    assert [row[0] for row in rows] == [state for state in State if state is not State.COUNTED]
    for state, story, _ in rows:
        if re.fullmatch(r"[\w. ,-]+\d", story):
            assert [e.state for e in told(story)] == [state], story


def test_the_clocks_of_the_method_are_those_defined() -> None:
    said = {row[0]: (float(row[2]), row[3] == "yes") for row in rows_under(METHOD, "clock")}

    assert said == {c.id: (c.norm / timedelta(hours=1), c.verdicts) for c in loader.clocks()}


def test_the_states_of_an_attribution_and_the_variants_are_those_of_the_code() -> None:
    states = [row[0] for row in rows_under(METHOD, "state")]
    variants = {row[0]: row[2] == "yes" for row in rows_under(METHOD, "variant")}

    assert sorted(states) == sorted(AttributionState)
    assert variants == {v: v in OVERTURNING for v in Variant if v is not Variant.ALL}


# --- the main job, as the README tells it


@pytest.mark.slow
def test_the_readme_runs_from_its_own_tables_to_a_verified_edition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tables").mkdir()
    for name, text in blocks(README, "csv"):
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    lines = [line for _, text in blocks(README, "sh") for line in COMMAND.findall(text)]

    said = []
    for line in lines:
        result = CliRunner().invoke(main, shlex.split(line)[1:])
        assert result.exit_code == 0, f"{line}: {result.output}"
        said.append(result.output)

    assert [line.split()[1] for line in lines] == [
        "attribute", "monitor", "show", "show", "bulletin", "bulletin", "verify", "clocks",
    ]  # fmt: skip
    assert (tmp_path / "edition" / "rejects.csv").read_text().count("\n") == 1
    for provider in ("harbour", "island"):
        assert re.search(rf"^{provider} ", said[2], re.MULTILINE)
    assert (tmp_path / "edition" / "bulletin.en.html").exists()
