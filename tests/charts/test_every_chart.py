"""What holds for every chart: it stands alone, it is the same everywhere, it can be read aloud."""

import importlib.util
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree as Tree

import pytest
import vl_convert

from etmaal.charts import svg
from etmaal.charts.frame import NARROW, WIDE, Frame

HERE = Path(__file__).parent


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("drawings", HERE / "drawings.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


drawings = _load()
each_chart = pytest.mark.parametrize("draw", drawings.DRAWINGS.values(), ids=drawings.DRAWINGS)

IN_ANOTHER_PROCESS = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("drawings", sys.argv[1])
drawings = importlib.util.module_from_spec(spec)
spec.loader.exec_module(drawings)
from etmaal.charts.frame import Frame
names = drawings.named(9)
for draw in reversed(drawings.DRAWINGS.values()):
    draw(names, Frame("other", "t", "d"))
out = [draw(names, Frame("chart", "t", "d")) for draw in drawings.DRAWINGS.values()]
sys.stdout.buffer.write("\\n".join(out).encode())
"""


@each_chart
def test_the_same_values_give_the_same_bytes_whatever_was_drawn_before(
    draw: Callable[..., str], frame: Frame
) -> None:
    names = drawings.named(7)

    first = draw(names, frame)
    draw(drawings.named(3), Frame("another", "t", "d"))

    assert draw(names, frame) == first


@pytest.mark.slow
def test_another_process_that_drew_other_charts_first_gives_the_same_bytes() -> None:
    frame = Frame("chart", "t", "d")
    here = "\n".join(draw(drawings.named(9), frame) for draw in drawings.DRAWINGS.values())

    run = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS, str(HERE / "drawings.py")],
        capture_output=True,
        check=True,
    )

    assert run.stdout == here.encode()


@each_chart
def test_no_place_in_a_chart_depends_on_the_fonts_of_the_machine(
    draw: Callable[..., str], frame: Frame, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_it_is = draw(drawings.named(7), frame)
    ours = vl_convert.vegalite_to_svg

    def in_another_font(spec: dict[str, Any], **more: Any) -> str:
        spec["config"]["font"] = "monospace"
        return ours(spec, **more)

    monkeypatch.setattr(svg.vl_convert, "vegalite_to_svg", in_another_font)

    assert draw(drawings.named(7), frame) == as_it_is


@each_chart
@pytest.mark.parametrize("count", [0, 1, 14, pytest.param(130, marks=pytest.mark.slow)])
def test_any_number_of_providers_gives_a_chart_of_the_asked_width(
    draw: Callable[..., str], count: int, frame: Frame, read: Callable[[str], Tree.Element]
) -> None:
    root = read(draw(drawings.named(count), frame))

    assert root.tag == "svg"
    assert float(root.attrib["width"]) == frame.width
    assert float(root.attrib["height"]) > 0
    assert "NaN" not in Tree.tostring(root, "unicode")


@each_chart
def test_a_chart_is_one_image_with_a_title_and_a_description(
    draw: Callable[..., str], frame: Frame, read: Callable[[str], Tree.Element]
) -> None:
    root = read(draw(drawings.named(5), frame))
    identified = {e.attrib["id"]: e for e in root.iter() if "id" in e.attrib}

    title, desc = (identified[name] for name in root.attrib["aria-labelledby"].split())

    assert root.attrib["role"] == "img"
    assert (title.tag, title.text) == ("title", "The title")
    assert (desc.tag, desc.text) == ("desc", "The description")
    assert [e.attrib.get("role") for e in root.iter()].count(None) == len(list(root.iter())) - 1


@each_chart
def test_ids_carry_the_name_of_the_chart_and_every_reference_is_to_one_of_them(
    draw: Callable[..., str], frame: Frame, read: Callable[[str], Tree.Element]
) -> None:
    root = read(draw(drawings.named(5), frame))

    ids = [e.attrib["id"] for e in root.iter() if "id" in e.attrib]
    used = {
        name
        for e in root.iter()
        for value in e.attrib.values()
        for name in re.findall(r"url\(#([^)]+)\)", value)
    }

    assert ids == [f"chart-{i}" for i in range(1, len(ids) + 1)]
    assert used <= set(ids)


@each_chart
def test_nothing_in_a_chart_reaches_outside_or_runs(
    draw: Callable[..., str], frame: Frame, read: Callable[[str], Tree.Element]
) -> None:
    root = read(draw(drawings.named(5), frame))

    allowed = {"svg", "title", "desc", "defs", "clipPath", "g", "path", "line", "rect", "text"}

    assert {e.tag for e in root.iter()} <= allowed
    for element in root.iter():
        for key, value in element.attrib.items():
            assert "href" not in key and not key.startswith("on")
            assert "://" not in value and "data:" not in value


@pytest.mark.parametrize("draw", [drawings.draw_bands, drawings.draw_intervals])
def test_names_that_others_chose_are_text_and_never_markup(
    draw: Callable[..., str], frame: Frame, texts: Callable[[str], list[str]]
) -> None:
    written = texts(draw(drawings.named(5), frame))

    assert any(text.startswith("<script>") for text in written)
    assert "شركة استضافة مثال" in written
    assert any(text.startswith("WWW") and text.endswith("…") for text in written)
    assert not any("\u202e" in text or "\x00" in text for text in written)


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.slow
def test_of_four_hundred_providers_forty_are_named_and_the_others_are_summed_up(
    width: int, texts: Callable[[str], list[str]]
) -> None:
    written = texts(drawings.draw_bands(drawings.named(400), Frame("chart", "t", "d", width)))

    assert "Other 360 providers" in written
    assert sum(text.startswith("Provider ") for text in written) == 40


def test_a_name_that_cannot_be_part_of_an_id_is_refused() -> None:
    with pytest.raises(ValueError, match="not a chart's name"):
        Frame("two words", "t", "d")
