"""A second opinion from another library, on small data, where it finishes and means the same."""

import warnings

import numpy as np
import pytest

from etmaal.stats.incidence import incidence
from etmaal.stats.kaplan import aalen_johansen, kaplan_meier
from etmaal.stats.turnbull import turnbull

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lifelines():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import lifelines

        yield lifelines


def test_kaplan_meier_with_delayed_entry_agrees(lifelines) -> None:
    rng = np.random.default_rng(1)
    entry = rng.integers(0, 5, 200).astype(float) * (rng.random(200) < 0.5)
    hours = entry + rng.integers(1, 30, 200)
    gone = rng.random(200) < 0.7

    found = kaplan_meier(hours, gone, entry=entry)

    other = lifelines.KaplanMeierFitter().fit(hours, gone, entry=entry)
    expected = other.survival_function_at_times(found.hours).to_numpy()
    np.testing.assert_allclose(found.survival, expected, atol=1e-9)


def test_aalen_johansen_agrees(lifelines) -> None:
    rng = np.random.default_rng(2)
    hours = rng.exponential(20, 300)  # no ties: the other library would scatter them
    cause = rng.integers(-1, 2, 300)

    found = aalen_johansen(hours, cause)

    fitter = lifelines.AalenJohansenFitter(calculate_variance=False)
    other = fitter.fit(hours, cause + 1, event_of_interest=1).cumulative_density_
    expected = other.iloc[:, 0].reindex(found.hours, method="ffill").to_numpy()
    np.testing.assert_allclose(found.incidence[:, 0], expected, atol=1e-9)


@pytest.mark.parametrize("seed", [3, 4])
def test_the_curve_from_windows_agrees(lifelines, seed) -> None:
    rng = np.random.default_rng(seed)
    gone = rng.lognormal(3, 1, 150)
    phase = rng.random(150) * 3
    by = phase + np.ceil((gone - phase) / 3) * 3  # nobody's windows touch another's ends
    after = np.maximum(by - 3, 0.0)
    by = np.where(rng.random(150) < 0.1, np.inf, by)

    ours = turnbull(after, by, tolerance=1e-9)

    fitter = lifelines.KaplanMeierFitter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitter.fit_interval_censoring(after, by, tol=1e-9)
    bounds = fitter.survival_function_
    for hour in (10.0, 24.0, 48.0):
        at = bounds.iloc[bounds.index.searchsorted(hour, side="right") - 1]
        low, high = (1 - at.max(), 1 - at.min())
        late, in_time = (incidence(ours, hour, straddling=way)[0, 0] for way in ("late", "in_time"))
        assert late - 2e-3 <= high and low <= in_time + 2e-3
