"""The worlds the tests look at; made once, never changed."""

import numpy as np
import pytest

from etmaal.world.make import World, make_world
from etmaal.world.preset import scaled
from etmaal.world.presets import preset


@pytest.fixture(scope="session")
def small() -> World:
    """Return the shipped world of seed 1."""
    return make_world(preset("small"), np.random.default_rng(1))


@pytest.fixture(scope="session")
def tiny() -> World:
    """Return a twentieth of it."""
    return make_world(scaled(preset("small"), 0.05), np.random.default_rng(1))
