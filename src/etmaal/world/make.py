"""Makes a world: the hotline's tables, and beside them the truth no hotline has."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from etmaal.world import registry, tables, truth
from etmaal.world.checker import Looks, Outages, draw_outages, gaps, watches
from etmaal.world.civil import civil_time
from etmaal.world.events import draw_claims, draw_events
from etmaal.world.first_stays import first_stays
from etmaal.world.looking import Scene, draw_looks
from etmaal.world.networks import Networks, lay_out
from etmaal.world.notices import Notices, draw_notices
from etmaal.world.people import as_sayings, hotline_looks
from etmaal.world.preset import Preset
from etmaal.world.reports import Items, draw_items, draw_sites
from etmaal.world.second_stays import second_stays
from etmaal.world.stays import Stays, joined
from etmaal.world.yearbook import yearbook

STEPS = ("networks", "reports", "fates", "notices", "looks", "tables")


@dataclass(frozen=True, slots=True)
class World:
    """A made-up hotline's tables by name, what registers and routing tables say, and the truth.

    ``tables`` holds what a monitor reads: notices, sightings, events, outages, providers, and
    breaks where the method changed. ``truth`` holds providers and items, and what the hotline
    counted beside them (`yearbook`). Times are timestamps in UTC, unknown values null.
    """

    preset: Preset
    tables: dict[str, pa.Table]
    registry: pa.Table
    routes: dict[date, pa.Table]
    truth: dict[str, pa.Table]
    networks: Networks
    items: Items
    stays: Stays
    notices: Notices
    looks: Looks
    outages: Outages


def _silent(step: str) -> None:
    pass


def make_world(
    preset: Preset, rng: np.random.Generator, *, on_step: Callable[[str], None] = _silent
) -> World:
    """Make a whole world; the same preset and generator state give the same world.

    Args:
        preset: what it is made of; `scaled` multiplies it.
        rng: where all chance comes from.
        on_step: called with each of `STEPS` when that step is done.
    """
    civil = civil_time(preset.hotline.zone, preset.begins, preset.followed)
    networks = lay_out(preset)
    on_step("networks")
    sites = draw_sites(preset, networks, rng)
    items = draw_items(preset, civil, rng)
    on_step("reports")
    first = first_stays(preset, networks, civil, sites, items, rng)
    second = second_stays(preset, networks, civil, sites, first, rng)
    stays = joined([first, second])
    on_step("fates")
    notices = draw_notices(preset, civil, stays, rng)
    on_step("notices")
    after = np.full(stays.size, -1)
    after[second.before] = first.size + np.arange(second.size)
    scene = Scene(stays, after)
    watched = watches(preset, first, second, rng)
    outages = draw_outages(preset, rng)
    looks = draw_looks(preset.checker, scene, watched, gaps(preset, first, watched), outages, rng)
    claims = draw_claims(preset, stays, rng)
    sayings = [*hotline_looks(preset, scene, rng), as_sayings(claims, rng)]
    events = draw_events(preset, stays, claims, rng)
    on_step("looks")
    world = World(
        preset=preset,
        tables={
            "notices": tables.notices_table(preset, networks, items, stays, notices),
            "sightings": tables.sightings_table(preset, networks, stays, looks, sayings),
            "events": tables.events_table(stays, events),
            "outages": tables.outages_table(preset, outages),
            "providers": registry.providers(preset, networks),
            **({"breaks": tables.breaks_table(preset)} if preset.breaks else {}),
        },
        registry=registry.registry(preset, networks),
        routes=registry.routes(preset, networks),
        truth={
            "providers": truth.providers(preset, stays),
            "items": tables.truth_items_table(preset, stays),
            **yearbook(preset, civil, items),
        },
        networks=networks,
        items=items,
        stays=stays,
        notices=notices,
        looks=looks,
        outages=outages,
    )
    on_step("tables")
    return world
