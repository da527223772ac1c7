"""May a folder of results take the place of the one that is there?"""

from pathlib import Path

from etmaal.core.errors import Refused


def no_silent_change(
    out: Path, fresh: Path, description: str, what: str, *, may_replace: bool
) -> None:
    """Refuse to replace a folder that says something else, or that holds other files.

    The same may always be written again.

    Args:
        out: the folder's place; nothing need be there.
        fresh: what is to take that place.
        description: the file in both that says all there is to say.
        what: what the folder holds, such as ``a comparison``.
        may_replace: whether somebody asked to replace what says something else.

    Raises:
        Refused: with the way out.
    """
    if not out.is_dir():
        return
    others = {p.name for p in out.iterdir()} - {p.name for p in fresh.iterdir()}
    if others:
        raise Refused(
            f"{out} holds files that are no part of {what} ({', '.join(sorted(others))}); "
            "move them, or choose another --out"
        )
    old, new = out / description, fresh / description
    if old.exists() and not may_replace and old.read_bytes() != new.read_bytes():
        raise Refused(
            f"{out} already holds {what} that says something else; keep it and choose "
            "another --out, or give --replace"
        )
