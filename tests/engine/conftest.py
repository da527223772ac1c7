"""Editions to look at, each made once: of the made-up world, and of a small folder by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from etmaal.cli.main import main
from etmaal.definitions import loader
from etmaal.engine.edition import monitor
from etmaal.engine.question import Question

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def question() -> Question:
    return Question(
        policy=loader.clock("nl-covenant-2018"),
        floors=loader.floors("nl-covenant-2018"),
        from_date=date(2025, 1, 1),
        before_date=date(2026, 1, 1),
        as_of=None,
        seed=1,
    )


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small made-up world, attributed by its own routing tables."""
    folder = tmp_path_factory.mktemp("world") / "world"
    run = CliRunner()
    made = run.invoke(main, ["world", "--preset", "small", "--seed", "1", "--out", str(folder)])
    assert made.exit_code == 0, made.output
    routes = [x for t in sorted((folder / "routing").iterdir()) for x in ("--routes", str(t))]
    attributed = run.invoke(
        main, ["attribute", str(folder), *routes, "--registry", str(folder / "registry.csv")]
    )
    assert attributed.exit_code == 0, attributed.output
    return folder


@pytest.fixture(scope="session")
def edition(world: Path, question: Question, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("edition") / "edition"
    monitor(world, out, question, now=NOW)
    return out


@pytest.fixture
def tables(tmp_path: Path) -> Callable[[str], Path]:
    """Write a tables folder of stories: `provider: story` a line, hours from the notice.

    In a story of a `page` the looks see only the page.
    """

    def write(stories: str) -> Path:
        folder = tmp_path / "tables"
        folder.mkdir()
        noticed_at = datetime(2025, 3, 29, 12, tzinfo=UTC)  # the night the clocks go forward
        notices = ["notice,item,site,provider,noticed_at,delivery,looked_at"]
        looks, events = ["item,at,seen,by"], ["item,at,event"]
        number = 0
        for line in filter(None, map(str.strip, stories.splitlines())):
            provider, _, story = line.partition(":")
            times, _, story = story.strip().rpartition(" x ")
            for _ in range(int(times or 1)):
                number += 1
                item = f"i{number:05}"
                delivery = "bounced" if story.startswith("bounced") else ""
                looked_at = "page" if story.startswith("page") else ""
                notices.append(
                    f"n{number:05},{item},s{number % 40:02},{provider},"
                    f"{noticed_at:%Y-%m-%dT%H:%M:%SZ},{delivery},{looked_at}"
                )
                for part in story.split(","):
                    hours, _, word = part.strip().partition(" ")
                    if not word:
                        continue
                    at = f"{noticed_at + timedelta(hours=float(hours)):%Y-%m-%dT%H:%M:%SZ}"
                    if word in ("online", "gone", "unknown"):
                        looks.append(f"{item},{at},{word},hotline")
                    else:
                        events.append(f"{item},{at},{word}")
        (folder / "notices.csv").write_text("\n".join(notices) + "\n")
        (folder / "sightings.csv").write_text("\n".join(looks) + "\n")
        (folder / "events.csv").write_text("\n".join(events) + "\n")
        return folder

    return write
