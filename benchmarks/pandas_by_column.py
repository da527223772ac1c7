"""Can pandas find the episodes without a loop over items? Yes, by whole columns at a time.

Sorts, cumulative sums and merges in the place of loops: what somebody writes who knows pandas well
and has found the item-by-item version too slow.
"""

import numpy as np
import pandas as pd

from pandas_tables import APART, DISAPPEARANCES, MISSES, QUIET_SPELL, STAND_INS, Study

STAY = ["item", "segment", "provider"]


def episodes(study: Study) -> pd.DataFrame:
    """Return a row an episode."""
    moves = study.moves
    notices = study.notices.assign(segment=_segment(study.notices, "noticed_at", moves))
    looks = study.looks.assign(segment=_segment(study.looks, "at", moves))
    events = study.events.assign(segment=_segment(study.events, "at", moves))
    stays = notices.groupby(STAY, as_index=False).agg(evidence_at=("noticed_at", "min"))
    stays["stay"] = np.arange(len(stays))
    spells = _spells(stays, _away(stays, _runs(_own(stays, looks)), events))
    found = spells.merge(_events(spells, events), how="left", on=["stay", "spell"])
    found = found.merge(_notices(spells, notices), how="left", on=["stay", "spell"])
    found = _ended(found, events, moves)
    found["started_at"] = _start(found, study.as_of)
    found["belongs_at"] = (
        found["started_at"].fillna(found["first_noticed_at"]).fillna(found["begun_at"])
    )
    for flag in ("withdrawn", "wrong_addressee", "disputed", "candidates"):
        found[flag] = found[flag].eq(True)
    found["returned"] = found["before_at"].notna()
    return found


def _segment(rows: pd.DataFrame, at: str, moves: pd.DataFrame) -> pd.Series:
    """Count the moves of its item up to and including each row."""
    segment = pd.Series(0, index=rows.index)
    moved = rows.loc[rows["item"].isin(moves["item"]), ["item", at]].reset_index()
    pairs = moved.merge(moves.rename(columns={"at": "moved_at"}), on="item")
    passed = (pairs["moved_at"] <= pairs[at]).groupby(pairs["index"]).sum()
    segment.loc[passed.index] = passed
    return segment


def _own(stays: pd.DataFrame, looks: pd.DataFrame) -> pd.DataFrame:
    """Give each stay the looks that say something of it, in order."""
    first = stays.groupby(["item", "segment"])["evidence_at"].transform("min")
    rivalled = stays.duplicated(["item", "segment"], keep=False)
    alone = looks.merge(stays.loc[~rivalled, ["item", "segment", "stay"]], on=["item", "segment"])
    many = looks.reset_index().merge(stays.assign(first=first)[rivalled], on=["item", "segment"])
    many = many[(many["evidence_at"] <= many["at"]) | (many["evidence_at"] == many["first"])]
    sole = many.groupby("index")["stay"].transform("size") == 1
    columns = ["stay", "at", "online", "concluded"]
    own = pd.concat([alone[columns], many.loc[sole | ~many["online"], columns]])
    return own.sort_values(["stay", "at", "online"], ignore_index=True)


def _runs(own: pd.DataFrame) -> pd.DataFrame:
    """Return each look online (or a stay's first look) with the looks gone after it."""
    begins = own["online"] | (own["stay"] != own["stay"].shift())
    own["run"] = begins.cumsum()
    runs = own.groupby("run").agg(stay=("stay", "first"), last_at=("at", "last"))
    runs["online_at"] = own[own["online"]].set_index("run")["at"]
    gone = own[~own["online"]]
    concluded_at = gone[gone["concluded"]].groupby("run")["at"].first()
    bare = gone[~gone["concluded"]]
    miss = first_miss = bare.groupby("run")["at"].first()
    for _ in range(MISSES - 1):
        late_enough = bare["at"] >= bare["run"].map(miss) + APART
        miss = bare[late_enough].groupby("run")["at"].first()
    counted = pd.concat([concluded_at, first_miss[miss.index]])
    runs["gone_at"] = counted.groupby(level=0).min()
    return runs


def _away(stays: pd.DataFrame, runs: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Say since when it was away after each look online: removed, or domain or network gone."""
    gone = events[events["event"].isin(DISAPPEARANCES)]
    gone = gone.merge(stays[["item", "segment", "stay"]], on=["item", "segment"])
    back_at = runs.groupby("stay")["online_at"].shift(-1)
    few = runs.assign(back_at=back_at)[runs["stay"].isin(gone["stay"])].reset_index()
    pairs = few.merge(gone[["stay", "at"]], on="stay")
    pairs = pairs[(pairs["at"] > pairs["online_at"]) & (pairs["at"] < pairs["back_at"])]
    vanished_at = pairs.groupby("run")["at"].min().reindex(runs.index)
    return runs.assign(
        away_at=runs["gone_at"].fillna(np.inf).clip(upper=vanished_at.fillna(np.inf))
    )


def _spells(stays: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """Split the stays where the item came back after the quiet spell."""
    away_before = runs.groupby("stay")["away_at"].shift()
    returns = runs["online_at"] - away_before > QUIET_SPELL
    runs["spell"] = returns.groupby(runs["stay"]).cumsum()
    spells = runs.groupby(["stay", "spell"], as_index=False).agg(
        first_online_at=("online_at", "min"), online_at=("online_at", "max"),
        last_look_at=("last_at", "max"), last_gone_at=("gone_at", "max"),
    )  # fmt: skip
    spells = stays.merge(spells, how="left", on="stay")
    spells["spell"] = spells["spell"].fillna(0).astype(int)
    after = spells["last_gone_at"] > spells["online_at"]
    spells["gone_at"] = spells["last_gone_at"].where(after | spells["online_at"].isna())
    spells["from_at"] = spells["first_online_at"].where(spells["spell"] > 0)
    spells["begun_at"] = spells["from_at"].fillna(spells["evidence_at"])
    spells["before_at"] = spells.groupby("stay")["first_online_at"].shift(-1)
    return spells


def _inside(rows: pd.DataFrame, at: str) -> pd.DataFrame:
    """Keep the rows within their spell."""
    return rows[~(rows[at] < rows["from_at"]) & ~(rows[at] >= rows["before_at"])]


def _events(spells: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    keys = ["item", "segment", "stay", "spell"]
    here = _inside(
        spells[[*keys, "begun_at", "from_at", "before_at", "online_at"]].merge(
            events, on=["item", "segment"]
        ),
        "at",
    )
    said = here[here["at"] >= here["begun_at"]]
    found = pd.DataFrame(index=pd.MultiIndex.from_frame(here[["stay", "spell"]].drop_duplicates()))
    for event in ("withdrawn", "wrong_addressee", "disputed"):
        found[event] = said["event"].eq(event).groupby([said["stay"], said["spell"]]).any()
    gone = here[here["event"].isin(DISAPPEARANCES) & ~(here["at"] <= here["online_at"])]
    found["disappeared_at"] = gone.groupby(["stay", "spell"])["at"].min()
    return found.reset_index()


def _notices(spells: pd.DataFrame, notices: pd.DataFrame) -> pd.DataFrame:
    """Return the notice that counts in each spell: the first effective one, else the first."""
    here = _inside(spells[[*STAY, "stay", "spell", "from_at", "before_at"]].merge(
        notices, on=STAY), "noticed_at")  # fmt: skip
    here = here.sort_values(["stay", "spell", "noticed_at", "notice"])
    candidates = here[here["candidate"]].groupby(["stay", "spell"])["noticed_at"].first()
    chosen = here.sort_values("effective", ascending=False, kind="stable")
    chosen = chosen.drop_duplicates(["stay", "spell"]).set_index(["stay", "spell"])
    chosen["notice"] = chosen["notice"].where(chosen["effective"])
    chosen["first_noticed_at"] = candidates
    chosen["candidates"] = chosen["first_noticed_at"].notna()
    columns = ["notice", "candidates", "first_noticed_at", "noticed_at", "verdict_at",
               "accepted_at", "clock_basis", "site"]  # fmt: skip
    return chosen[columns].reset_index()


def _ended(spells: pd.DataFrame, events: pd.DataFrame, moves: pd.DataFrame) -> pd.DataFrame:
    """Say where a stay ended otherwise than by removal."""
    closing = moves.sort_values(["item", "at"])
    closing = closing.assign(segment=closing.groupby("item").cumcount())
    spells = spells.merge(
        closing.rename(columns={"at": "moved_at"}), how="left", on=["item", "segment"]
    )
    last = spells["before_at"].isna() & ~(spells["moved_at"] <= spells["online_at"])
    moved_at = spells["moved_at"].where(last)
    end_at = spells["disappeared_at"].fillna(np.inf).clip(upper=moved_at.fillna(np.inf))
    spells["ended"] = end_at < spells["gone_at"].fillna(np.inf)
    spells["by_at"] = end_at.where(spells["ended"], spells["gone_at"])
    return spells


def _start(spells: pd.DataFrame, as_of: int) -> pd.Series:
    """The moment of sending, or a later one that may stand in for it."""
    stands = spells["clock_basis"].isin(["sent", *STAND_INS])
    start = spells["noticed_at"].where(stands, spells["accepted_at"])
    return start.where(spells["notice"].notna() & (start <= as_of))
