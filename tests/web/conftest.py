"""Pages are tested as a browser asks for them, without one."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _nobody_tried_before(db: None) -> Iterator[None]:
    """Begin with no counted tries, whatever a test before left."""
    del db
    cache.clear()
    yield


@pytest.fixture(autouse=True)
def _quiet_refusals(caplog: pytest.LogCaptureFixture) -> None:
    """Refusals are logged, and are what these tests are about."""
    caplog.set_level("CRITICAL", logger="django.request")
