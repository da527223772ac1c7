"""Which kinds of work are there? A job of another kind waits for a worker that knows it."""

from collections.abc import Iterable

from etmaal.jobs.chain import link_audit, sign_head
from etmaal.jobs.cleaning import clean_jobs
from etmaal.jobs.kinds import Kind

_DAY_S = 86_400

KINDS = (
    # Each step of linking needs a transaction of its own, and nobody may keep it waiting.
    Kind("link_audit", link_audit, outside=True, every_s=1, apart=True),
    Kind("sign_head", sign_head, outside=True, every_s=_DAY_S),
    Kind("clean_jobs", clean_jobs, outside=True, every_s=_DAY_S),
)


def lanes(kinds: Iterable[Kind] = KINDS) -> tuple[tuple[Kind, ...], ...]:
    """Return the kinds in groups that do not wait for one another: those apart, and the others."""
    kinds = tuple(kinds)
    groups = (tuple(k for k in kinds if k.apart), tuple(k for k in kinds if not k.apart))
    return tuple(group for group in groups if group)
