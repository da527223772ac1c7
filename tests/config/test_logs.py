"""The log is lines of JSON that tell of errors without quoting what was in them."""

import json
import logging

import pytest
import structlog

from etmaal.config.logs import configure
from etmaal.core.errors import Refused

CANARY = "https://canary.example/in-a-value"


@pytest.fixture(autouse=True)
def _configured() -> None:
    configure({"level": "INFO"})


def said(capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, object], str]:
    text = capsys.readouterr().err
    return json.loads(text), text


def fails() -> None:
    raise ValueError(CANARY)


def test_an_error_is_told_by_its_kind_and_place(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        fails()
    except ValueError as e:
        structlog.get_logger("etmaal.jobs").warning("job.failed", exc_info=e, job=7)

    line, text = said(capsys)
    assert (line["event"], line["job"], line["trouble"]) == ("job.failed", 7, "ValueError")
    assert any("test_logs.py" in place and "fails" in place for place in line["where"])
    assert "canary" not in text


def test_our_own_errors_keep_their_message(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger("etmaal.jobs").error("job.set_aside", exc_info=Refused("too early"))

    assert said(capsys)[0]["trouble"] == "Refused: too early"


def test_the_framework_logs_in_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        fails()
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error")

    line, text = said(capsys)
    assert (line["level"], line["trouble"]) == ("error", "ValueError")
    assert "canary" not in text


def test_a_request_that_failed_is_told_by_its_route(
    client, capsys: pytest.CaptureFixture[str]
) -> None:
    client.get(f"/report/{CANARY}", {"u": CANARY})

    line, text = said(capsys)
    assert (line["event"], line["status"], line["route"]) == ("request.failed", 404, None)
    assert "canary" not in text
