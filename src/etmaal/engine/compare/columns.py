"""What `comparison.csv` holds, column by column: for the writer and `docs/comparison.md`."""

from etmaal.engine.columns import Column


def _share(name: str, says: str) -> Column:
    return Column(name, "number", f"{says}; a fraction of 1")


def _side(which: str) -> tuple[Column, ...]:
    return (
        Column(f"n_{which}", "integer", f"episodes under the norm, {which}; empty where not there"),
        Column(f"effective_n_{which}", "number", "independent clusters that the estimate rests on"),
        _share(
            f"surely_in_time_{which}", "removed within the norm whatever happened between looks"
        ),
        _share(f"possibly_in_time_{which}", "not surely late"),
        _share(f"in_time_{which}", "estimated share removed within the norm"),
        _share(f"in_time_low_{which}", "lower end of its 95 % interval"),
        _share(f"in_time_high_{which}", "upper end of its 95 % interval"),
        Column(f"verdict_{which}", "string", "the edition's verdict; empty without one"),
        Column(f"because_{which}", "string", "the rule that gave the verdict"),
    )


def _change(name: str, says: str) -> Column:
    return Column(name, "number", f"{says}; a fraction of 1, above 0 where more came down in time")


# Said word for word in docs/comparison.md; a test holds the two together.
COMPARISON = (
    Column("provider", "string", "the provider's id, that of the later edition where it changed"),
    Column("name", "string", "its latest name"),
    Column("word", "string", "improved, worsened, cannot_be_told, new or gone"),
    Column("because", "string", "why that word"),
    *_side("before"),
    *_side("after"),
    _change("change", "estimate after less estimate before"),
    _change("change_low", "lower end of its 95 % interval"),
    _change("change_high", "upper end of its 95 % interval"),
    _change("surely_change", "surely in time after less before"),
    _change("possibly_change", "possibly in time after less before"),
    _change("change_least", "the least that the counted share can have changed: surely after less "
            "possibly before"),
    _change("change_most", "the most that it can have changed: possibly after less surely before"),
    _share("usual", "the share to be expected when nothing changed, drawn towards that of the "
           "other providers before; empty with fewer than four to compare with"),
    _share("usual_low", "lower end of its 95 % interval"),
    _share("usual_high", "upper end of its 95 % interval"),
    _change("usual_change", "the change to be expected by itself: usual less estimate before"),
    _change("beyond", "the change beyond that: estimate after less usual"),
    _change("beyond_low", "lower end of its 95 % interval"),
    _change("beyond_high", "upper end of its 95 % interval"),
    Column("by_itself", "string", "`yes` where the change is no more than was to be expected by "
           "itself (regression to the mean)"),
    Column("looked_otherwise", "string", "`yes` where the gaps between checks on record changed "
           "by a factor of two or more"),
    Column("networks", "string", "register, routes or volume, with spaces: by what it shows that "
           "it may not run the networks it ran before"),
    Column("may_be_named", "string", "`yes` where both verdicts are lax, or unmeasurable by the "
           "provider's own doing, and nothing withholds it: a proposal to a person"),
    Column("withheld", "string", "what withholds naming where both verdicts would allow it, with "
           "spaces; see above"),
    Column("warned", "string", "`yes` where it was said to be warned between the two"),
    Column("namesake", "string", "id of a provider of the same name in the other edition, where "
           "one of the two is in one edition only"),
)  # fmt: skip
