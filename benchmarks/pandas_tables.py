"""What do both pandas pipelines begin and end with: the staged tables in, the counted figures out?

Written as a researcher would write it for one study: the code of conduct's clock, notices that name
their provider, no attribution of single looks, no late entry. Times stay whole microseconds since
1970; where one may be missing they are floats, which hold microseconds of this century exactly.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

HOUR = 3_600_000_000
NORM, QUIET_SPELL, APART, MISSES = 24 * HOUR, 168 * HOUR, 15 * 60_000_000, 3
STAND_INS = ["accepted", "acknowledged", "read"]
ZONE, YEAR = "Europe/Amsterdam", 2025
MOVES = ["moved_host", "moved_abroad", "reassigned"]
DISAPPEARANCES = ["domain_gone", "network_gone"]
COUNTS = (
    "episodes", "n", "items", "sites", "in_time", "late", "ended", "undecided", "pending",
    "start_unknown", "undeliverable", "not_noticed", "gone_before_start", "withdrawn",
    "wrong_addressee", "still_open", "returned", "unlooked", "disputed",
)  # fmt: skip


@dataclass(frozen=True)
class Study:
    """The rows that play a part; ``moves`` are the recorded moves that cut an item's history."""

    notices: pd.DataFrame
    looks: pd.DataFrame
    events: pd.DataFrame
    moves: pd.DataFrame
    as_of: int


def read(snapshot: Path) -> Study:
    """Read the staged tables and keep what plays a part."""
    looks = pd.read_parquet(
        snapshot / "sightings.parquet",
        columns=["item", "at", "seen", "by", "basis", "vantage"],
        read_dictionary=["seen", "by", "basis", "vantage"],
    )
    as_of = int(looks["at"].max())
    notices = _host_notices(snapshot, as_of)
    events = pd.read_parquet(snapshot / "events.parquet", columns=["item", "at", "event"])
    names = pd.Index(notices["item"].unique())
    # Numbers instead of texts make every sort, join and group after this many times faster.
    notices["item"] = names.get_indexer(notices["item"])
    looks = _numbered(_usable(looks, snapshot), names)
    events = _numbered(events[events["at"] <= as_of], names)
    return Study(notices, looks, events, _moves(events, notices), as_of)


def _numbered(rows: pd.DataFrame, names: pd.Index) -> pd.DataFrame:
    rows = rows.assign(item=names.get_indexer(rows["item"]))
    return rows[rows["item"] >= 0]


def _host_notices(snapshot: Path, as_of: int) -> pd.DataFrame:
    notices = pd.read_parquet(
        snapshot / "notices.parquet",
        columns=["notice", "item", "site", "provider", "noticed_at", "clock_basis", "verdict_at",
                 "accepted_at", "delivery", "kind", "addressee_role"],
    )  # fmt: skip
    providers = pd.read_parquet(snapshot / "providers.parquet", columns=["provider", "role"])
    carriers = providers.loc[providers["role"] == "carrier", "provider"]
    as_host = notices["addressee_role"].isin(["hoster", "front"]) | (
        notices["addressee_role"].isna() & ~notices["provider"].isin(carriers)
    )
    notices = notices[as_host & (notices["noticed_at"] <= as_of)].copy()
    notices["provider"] = notices["provider"].fillna("unresolved")
    fronts = providers.loc[providers["role"] == "front", "provider"]
    is_front = notices["provider"].isin(fronts) | (notices["addressee_role"] == "front")
    notices.loc[is_front, "provider"] = "front"
    notices["candidate"] = notices["kind"].fillna("notice").isin(["notice", "repeat"])
    notices["effective"] = notices["candidate"] & ~notices["delivery"].isin(["bounced", "refused"])
    return notices.sort_values(["item", "noticed_at", "notice"], ignore_index=True)


def _usable(looks: pd.DataFrame, snapshot: Path) -> pd.DataFrame:
    """Drop what says nothing: unknown, a provider's own word, and all that an outage masks."""
    looks = looks[(looks["seen"] != "unknown") & (looks["by"] != "provider")]
    masked = np.zeros(len(looks), bool)
    for outage in pd.read_parquet(snapshot / "outages.parquet").to_dict("records"):
        inside = (looks["at"] >= outage["from"]) & (looks["at"] < outage["before"])
        masked |= inside & ((looks["vantage"] == outage["vantage"]) | pd.isna(outage["vantage"]))
    looks = looks[~masked]
    bare = looks["basis"].eq("look") | (looks["basis"].isna() & looks["by"].eq("probe"))
    return pd.DataFrame(
        {
            "item": looks["item"],
            "at": looks["at"],
            "online": looks["seen"] == "online",
            "concluded": ~bare,
        }
    )


def _moves(events: pd.DataFrame, notices: pd.DataFrame) -> pd.DataFrame:
    """Return the moves that cut a history; one with the same provider on both sides does not."""
    recorded = events[events["event"].isin(MOVES)]
    moves = recorded["event"].ne("moved_abroad").groupby([recorded["item"], recorded["at"]]).all()
    moves = moves.rename("to_host").reset_index()
    moves["before_it"] = moves.groupby("item")["at"].shift()
    pairs = moves.reset_index().merge(notices[["item", "noticed_at", "provider"]], on="item")
    pairs = pairs.sort_values(["noticed_at", "provider"])
    earlier = (pairs["noticed_at"] < pairs["at"]) & ~(pairs["noticed_at"] < pairs["before_it"])
    last = pairs[earlier].groupby("index")["provider"].last()
    first = pairs[pairs["noticed_at"] >= pairs["at"]].groupby("index")["provider"].first()
    stayed = last.reindex(moves.index).eq(first.reindex(moves.index))
    return moves.loc[~(moves["to_host"] & stayed), ["item", "at"]]


def figures(episodes: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """Judge the year's episodes and count them, by provider and month (0: the whole year)."""
    episodes = _judged(episodes, as_of)
    whole = _counted(episodes, ["provider"])
    shares = pd.DataFrame(
        {
            "surely_in_time": whole["in_time"] / whole["n"],
            "possibly_in_time": 1 - whole["late"] / whole["n"],
        }
    )
    medians = episodes.groupby("provider")[["hotline", "transport", "open_age"]].median() / HOUR
    whole = pd.concat([whole, shares, medians], axis=1).assign(month=0).reset_index()
    monthly = _counted(episodes, ["provider", "month"]).reset_index()
    found = pd.concat([whole, monthly], ignore_index=True)
    return found.sort_values(["provider", "month"], ignore_index=True)


def _judged(episodes: pd.DataFrame, as_of: int) -> pd.DataFrame:
    moment = pd.to_datetime(episodes["belongs_at"], unit="us", utc=True).dt.tz_convert(ZONE)
    episodes = episodes.assign(month=moment.dt.month)[moment.dt.year == YEAR]
    start, online, by = episodes["started_at"], episodes["online_at"], episodes["by_at"]
    late = online - start >= NORM
    unlooked = ~(episodes["last_look_at"] >= start)
    outcome = np.select(
        [late, episodes["ended"], by - start <= NORM, by.notna() | unlooked],
        ["late", "ended", "in_time", "undecided"],
        "pending",
    )
    before_start = (by <= start) & ~(online >= start)
    state = np.select(
        [
            episodes["withdrawn"], episodes["wrong_addressee"], ~episodes["candidates"],
            episodes["notice"].isna(), start.isna(), before_start,
        ],
        ["withdrawn", "wrong_addressee", "not_noticed", "undeliverable", "start_unknown",
         "gone_before_start"],
        "counted",
    )  # fmt: skip
    counted = state == "counted"
    was_sent = episodes["notice"].notna() & (episodes["clock_basis"] == "sent")
    sent = episodes["noticed_at"].where(was_sent)
    return episodes.assign(
        outcome=np.where(counted, outcome, state),
        n=counted,
        still_open=counted & by.isna(),
        unlooked=counted & unlooked,
        hotline=sent - episodes["verdict_at"],
        transport=episodes["accepted_at"] - sent,
        open_age=(as_of - start).where(counted & by.isna()),
        site=episodes["site"].fillna("item " + episodes["item"].astype(str)),
    )


def _counted(episodes: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    groups = episodes.groupby(by)
    counts = groups.agg(
        episodes=("item", "size"), n=("n", "sum"), items=("item", "nunique"),
        sites=("site", "nunique"), still_open=("still_open", "sum"),
        returned=("returned", "sum"), unlooked=("unlooked", "sum"), disputed=("disputed", "sum"),
    )  # fmt: skip
    outcomes = episodes.groupby([*by, "outcome"]).size().unstack(fill_value=0)
    return counts.join(outcomes).reindex(columns=list(COUNTS), fill_value=0).astype("int64")
