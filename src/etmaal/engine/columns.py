"""What the files of an edition hold, column by column: for the writers and the data package."""

from dataclasses import dataclass

from etmaal.engine.counts import OUTCOMES, OUTSIDE


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its Table Schema type and what it says, with its unit."""

    name: str
    type: str
    says: str


def _share(name: str, says: str) -> Column:
    return Column(name, "number", f"{says}; a fraction of 1")


def _hours(name: str, says: str) -> Column:
    return Column(name, "number", f"{says}; hours since the clock's start")


def _count(name: str, says: str) -> Column:
    return Column(name, "integer", f"{says}; episodes")


PROVIDERS = (
    Column("provider", "string", "the provider's id; `unresolved` where nobody could be named"),
    Column("name", "string", "the name as the register gives it, else the id"),
    _count("n", "in time, late, ended, undecided and pending together"),
    _count("episodes", "all that belong to the period, those outside n included"),
    Column("items", "integer", "different items among the episodes"),
    Column("sites", "integer", "different sites; an item without a known site stands alone"),
    _share("surely_in_time", "removed within the norm whatever happened between looks"),
    _share("possibly_in_time", "not surely late"),
    _share("in_time", "estimated share removed within the norm"),
    _share("in_time_low", "lower end of its 95 % interval"),
    _share("in_time_high", "upper end of its 95 % interval"),
    _share("within_24h", "estimated share removed within 24 hours"),
    _share("within_48h", "estimated share removed within 48 hours"),
    _share("over_48h", "estimated share still there after 48 hours, other ends taken out"),
    _hours("p50_hours", "when half was removed; empty if never reached"),
    _hours("p90_hours", "when nine tenths were removed; empty if never reached"),
    _count("still_open", "in n, not gone and not ended when last known"),
    *(_count(f"{name}_n", f"outcome {name}") for name in OUTCOMES),
    *(_count(name, f"outside n: {name.replace('_', ' ')}") for name in OUTSIDE),
    Column("effective_n", "number", "independent clusters that n is worth (G_eff)"),
    _share("share_of_volume", "episodes as a part of all episodes"),
    _count("returned", "came back to the same provider after the quiet spell"),
    Column("verdict", "string", "one of five words; empty under a clock without verdicts"),
    Column("because", "string", "the rule that gave the word"),
    _share("surely_low", "one-sided 99.5 % lower bound of surely in time, on sure rows"),
    _share("possibly_high", "one-sided 99.5 % upper bound of possibly in time, on sure rows"),
    Column("proposed", "string", "`wrong` where conduct is evidenced: a proposal to a person"),
    Column("role", "string", "hoster, reseller, carrier or front; empty where not known"),
    Column("seat_country", "string", "country of the provider's seat, as the register gives it"),
)
OVERALL = (
    Column("indicator", "string", "which figure; see the definitions"),
    Column("value", "number", "its value over all rows together"),
    Column("low", "number", "lower end of its 95 % interval; empty for a count"),
    Column("high", "number", "upper end of its 95 % interval; empty for a count"),
    Column("n", "integer", "how many rows it rests on"),
    Column("effective_n", "number", "independent clusters these are worth"),
    Column("unit", "string", "unit of the value"),
)
FIGURES = (
    Column("indicator", "string", "which figure; see the definitions"),
    Column("provider", "string", "whose; empty for all rows together"),
    Column("period", "string", "`whole`, or a month in the clock's civil zone"),
    *OVERALL[1:],
    Column("clock", "string", "clock policy and its version"),
    Column("method", "string", "version of the indicator's definition"),
)
CURVES = (
    Column("provider", "string", "whose curve; empty for all rows together"),
    _hours("after_hours", "lower edge of the span in which the mass lies"),
    _hours("by_hours", "upper edge; empty for never seen to leave"),
    Column("left_as", "string", "removed, or the competing end"),
    _share("mass", "share of n that left in this span; where within it the data do not say"),
    _share("removed_before", "share removed by the lower edge"),
    _share("removed_by", "share removed by the upper edge"),
)
SENSITIVITY = (
    Column("provider", "string", "whose verdict"),
    Column("variant", "string", "which rows, or which clock, the counts rest on"),
    _count("n", "rows under the variant"),
    _share("surely_in_time", "surely in time under the variant"),
    _share("surely_low", "its one-sided 99.5 % lower bound"),
    _share("possibly_in_time", "possibly in time under the variant"),
    _share("possibly_high", "its one-sided 99.5 % upper bound"),
    Column("effective_n", "number", "independent clusters"),
    Column("verdict", "string", "the word that this variant alone would give"),
    Column("because", "string", "the rule that gave it"),
)
TRANSIT = (
    Column("server_country", "string", "where the server stands, by the source's word"),
    Column("seat_country", "string", "where the provider has its seat"),
    Column("source", "string", "who reported"),
    _count("episodes", "how many came by this road"),
    Column("items", "integer", "different items among them"),
)
GAPS = (
    Column("provider", "string", "at whom was looked"),
    Column("from_hours", "number", "gap of at least so many hours after a look online"),
    Column("before_hours", "number", "and less than so many; empty for no upper end"),
    Column("looks", "integer", "how many gaps"),
)
LORENZ = (
    Column("providers_share", "number", "part of the providers, smallest first"),
    Column("volume_share", "number", "part of all episodes that these hold"),
)
REJECTS = (
    Column("table", "string", "which table of the input"),
    Column("row", "integer", "the record's number in the file, the header is 1"),
    Column("column", "string", "which column, if one"),
    Column("reason", "string", "why it was left out, and the remedy"),
)
