"""What people saw: looks that conclude, by the hotline, and a provider's word, which does not."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from etmaal.core.history import By, LookBasis
from etmaal.world.checker import GONE, NO_ADDRESS, ONLINE
from etmaal.world.civil import NEVER, Ints, hours, seconds
from etmaal.world.events import Claims
from etmaal.world.fates import End
from etmaal.world.looking import Scene
from etmaal.world.preset import Preset
from etmaal.world.stays import Outside
from etmaal.world.truth import clock_episodes

BYS, BASES = tuple(By), tuple(LookBasis)


@dataclass(frozen=True, slots=True)
class Sayings:
    """Looks by people, in no order; codes are places in the word lists."""

    stay: Ints
    at: Ints
    seen: Ints
    by: Ints
    basis: Ints
    address: Ints


def hotline_looks(preset: Preset, scene: Scene, rng: np.random.Generator) -> Iterator[Sayings]:
    """Yield the looks with which people of the hotline concluded."""
    stays = scene.stays
    judged = np.flatnonzero(stays.verdict_at < NEVER)
    yield _concluded(scene, judged, stays.verdict_at[judged], By.ANALYST)
    yield _at_the_new_place(preset, scene)
    yield _now_and_then(preset, scene, rng)
    reported = rng.random(stays.size) < preset.hotline.flaps_reported
    back = np.flatnonzero(reported & (stays.flap_until < NEVER))
    yield _concluded(scene, back, (stays.flap_until[back] + stays.until[back]) // 2, By.ANALYST)
    # Somebody found it gone while its notice was already in the queue.
    early = np.flatnonzero(stays.outside == Outside.GONE_BEFORE_START)
    halfway = (stays.until[early] + stays.started_at[early]) // 2
    yield _concluded(scene, early, halfway, By.HOTLINE)


def _at_the_new_place(preset: Preset, scene: Scene) -> Sayings:
    """Look once more when it is found that the item moved."""
    stays, after = scene.stays, np.maximum(scene.after, 0)
    moved = np.isin(stays.end, (End.MOVED_HOST, End.MOVED_ABROAD)) & (scene.after >= 0)
    moved &= (stays.found_at < seconds(preset.followed)) & stays.online(after, stays.found_at)
    return _concluded(scene, np.flatnonzero(moved), stays.found_at[moved], By.ANALYST)


def _now_and_then(preset: Preset, scene: Scene, rng: np.random.Generator) -> Sayings:
    """Look again at some items in the days after the notice."""
    stays = scene.stays
    again = clock_episodes(stays) & (rng.random(stays.size) < preset.hotline.looks)
    at = np.where(again, stays.started_at, 0) + hours(rng.uniform(1, 72, stays.size))
    again &= (at < stays.found_at) & (at < seconds(preset.followed))
    again &= ~scene.unreachable(scene.copy(np.arange(stays.size)), at)
    return _concluded(scene, np.flatnonzero(again), at[again], By.HOTLINE)


def _concluded(scene: Scene, stay: Ints, at: Ints, by: By) -> Sayings:
    copy = scene.copy(stay)
    return Sayings(
        stay=stay,
        at=at,
        seen=np.where(scene.online(copy, at), ONLINE, GONE),
        by=np.full(stay.size, BYS.index(by)),
        basis=np.full(stay.size, BASES.index(LookBasis.CONCLUDED)),
        address=scene.address(copy, at),
    )


def as_sayings(claims: Claims, rng: np.random.Generator) -> Sayings:
    """Turn half of the providers' statements into rows of their own link checkers."""
    half = rng.random(claims.stay.size) < 0.5
    stay = claims.stay[half]
    return Sayings(
        stay=stay,
        at=claims.at[half],
        seen=np.full(stay.size, GONE),
        by=np.full(stay.size, BYS.index(By.PROVIDER)),
        basis=np.full(stay.size, BASES.index(LookBasis.LOOK)),
        address=np.full(stay.size, NO_ADDRESS),
    )
