"""What a bulletin says, free of any language: the values that its sections show.

Shares are fractions of 1, times are hours, countries are ISO 3166 codes. None means *not known*
or *not reached*, as each field says; never zero.
"""

from etmaal.charts.curves import Mass
from etmaal.charts.funnel import Limit
from etmaal.charts.lorenz import LorenzPoint
from etmaal.charts.polarisation import ShareBin
from etmaal.letters.values.account import (
    Colophon,
    DefinitionVersion,
    InputFile,
    LeftOut,
    RejectedRows,
    Versions,
)
from etmaal.letters.values.bulletin import Bulletin
from etmaal.letters.values.caveats import Caveat, CaveatCode, Section
from etmaal.letters.values.measured import Clock, Headline, Measured, VerdictCounts
from etmaal.letters.values.names import Code
from etmaal.letters.values.providers import (
    Delivery,
    DeliveryRow,
    Overturned,
    ProviderRow,
    SensitivityRow,
)
from etmaal.letters.values.shares import HoursBin, HourShare, Part, Share
from etmaal.letters.values.time import CurveLine, DelayRow, Gaps, MonthPoint, StillOpen
from etmaal.letters.values.whole import (
    OTHER_COUNTRY,
    AverageRow,
    Concentration,
    Funnel,
    Polarisation,
    Returns,
    TopShare,
    TransitRow,
)

__all__ = [
    "OTHER_COUNTRY",
    "AverageRow",
    "Bulletin",
    "Caveat",
    "CaveatCode",
    "Clock",
    "Code",
    "Colophon",
    "Concentration",
    "CurveLine",
    "DefinitionVersion",
    "DelayRow",
    "Delivery",
    "DeliveryRow",
    "Funnel",
    "Gaps",
    "Headline",
    "HourShare",
    "HoursBin",
    "InputFile",
    "LeftOut",
    "Limit",
    "LorenzPoint",
    "Mass",
    "Measured",
    "MonthPoint",
    "Overturned",
    "Part",
    "Polarisation",
    "ProviderRow",
    "RejectedRows",
    "Returns",
    "Section",
    "SensitivityRow",
    "Share",
    "ShareBin",
    "StillOpen",
    "TopShare",
    "TransitRow",
    "VerdictCounts",
    "Versions",
]
