"""The whole of a bulletin: every value that its page shows, in the order of the page."""

from dataclasses import dataclass

from etmaal.core.breaks import Break
from etmaal.core.verdicts import Floors
from etmaal.letters.values.account import Colophon, LeftOut, Versions
from etmaal.letters.values.caveats import Caveat
from etmaal.letters.values.measured import Headline, Measured
from etmaal.letters.values.providers import Delivery, ProviderRow, SensitivityRow
from etmaal.letters.values.time import CurveLine, DelayRow, Gaps, MonthPoint, StillOpen
from etmaal.letters.values.whole import (
    AverageRow,
    Concentration,
    Funnel,
    Polarisation,
    Returns,
    TransitRow,
)


@dataclass(frozen=True, slots=True)
class Bulletin:
    """One edition, ready to be written in any language.

    ``curve`` is that of all together, None without rows; of ``provider_curves`` the first six
    are shown. ``providers`` may come in any order: the page orders them itself. Under a clock
    without verdicts no verdict is shown, whatever the rows say. In a ``coded`` one every provider's
    name is a `Code`.
    """

    measured: Measured
    floors: Floors
    headline: Headline
    providers: tuple[ProviderRow, ...]
    curve: CurveLine | None
    provider_curves: tuple[CurveLine, ...]
    months: tuple[MonthPoint, ...]
    still_open: StillOpen
    averages: tuple[AverageRow, ...]
    concentration: Concentration
    funnel: Funnel | None
    polarisation: Polarisation | None
    returns: Returns
    transit: tuple[TransitRow, ...]
    delays: tuple[DelayRow, ...]
    gaps: Gaps | None
    delivery: Delivery
    sensitivity: tuple[SensitivityRow, ...]
    left_out: LeftOut
    caveats: tuple[Caveat, ...]
    versions: Versions
    colophon: Colophon
    breaks: tuple[Break, ...] = ()
    coded: bool = False

    @property
    def judges(self) -> bool:
        """Whether verdicts are shown: not under a what-if, nor a clock that judges nobody."""
        return self.measured.clock.verdicts and not self.measured.clock.what_if
