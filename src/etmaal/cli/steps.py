"""A progress bar over named steps: shown on a terminal, silent elsewhere."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click


@contextmanager
def progress_over(steps: Sequence[str]) -> Iterator[Callable[[str], None]]:
    """Give a function to be called with each step's name as it begins."""
    stream = sys.stderr
    with click.progressbar(
        length=len(steps), file=stream, label="", hidden=not stream.isatty(), width=24
    ) as bar:
        begun = 0

        def begin(step: str) -> None:
            nonlocal begun
            bar.update(min(begun, 1))
            begun += 1
            bar.label = step
            bar.render_progress()

        yield begin
        bar.update(len(steps) - bar.pos)
