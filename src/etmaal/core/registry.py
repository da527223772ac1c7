"""Which provider ran a network on a given day: aliases, take-overs and dates, by the register.

Days are half-open: a row holds from ``from`` until the day before ``before``. A row that has ended
and names a successor hands its networks on from ``before``, unless a row that holds says otherwise.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise
from typing import NamedTuple

from etmaal.core.errors import BadInput
from etmaal.core.register_rows import Entry, Network, Role

FIRST_DAY = date.min


class Holder(NamedTuple):
    """Whose a network is on some day, and in which role it is run."""

    provider: str
    role: Role | None


class Conflict(BadInput):
    """Two rows give one network to two providers on one day."""


class Circle(BadInput):
    """Aliases or take-overs lead back to where they began."""


@dataclass(frozen=True, slots=True)
class _Link:
    """Under which other name a provider goes on, and the row that says so."""

    to: str
    entry: Entry


class Registry:
    """The register's rows, checked against each other, and the questions they answer."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        """Take the rows and refuse what cannot be true at once.

        Raises:
            Circle: if aliases and successors run in a circle on some day.
            Conflict: if two rows give one AS, or one prefix, to two providers on one day.
            BadInput: if two rows make one provider another name for two on one day.
        """
        self.entries = tuple(entries)
        self._by_name: dict[str, list[Entry]] = defaultdict(list)
        self._by_asn: dict[int, list[Entry]] = defaultdict(list)
        self._by_network: dict[Network, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            self._by_name[entry.provider].append(entry)
            for asn in entry.asns:
                self._by_asn[asn].append(entry)
            for network in entry.networks:
                self._by_network[network].append(entry)
        linking = [e for e in self.entries if e.alias_of is not None or e.successor is not None]
        self._refuse_circles(linking)
        self._refuse_conflicts(linking)

    def turning_days(self) -> tuple[date, ...]:
        """Return the days on which an answer may change, ascending, the first of all included."""
        return _turning_days(self.entries)

    def canonical(self, provider: str, day: date) -> str:
        """Return the name under which a provider counts on a day."""
        return list(self._names(provider, day))[-1]

    def role(self, provider: str, day: date) -> Role | None:
        """Return the role of the first row of this provider that holds on the day and names one."""
        rows = (e for e in self._by_name.get(provider, ()) if e.holds(day))
        return next((e.role for e in rows if e.role is not None), None)

    def of_asn(self, asn: int, day: date) -> Holder:
        """Return whose an AS is; without a row it stands for itself, as ``AS<number>``."""
        entry = _decisive(self._by_asn.get(asn, ()), day)
        if entry is not None:
            return self._holder(entry, day)
        name = self.canonical(f"AS{asn}", day)
        return Holder(name, self.role(name, day))

    def of_address(self, version: int, address: int, day: date) -> Holder | None:
        """Return whose an address is by the longest prefix that the register itself gives."""
        covering = [
            (held, holder)
            for held, holder in self.networks(day)
            if held.version == version and held.first <= address <= held.last
        ]
        return min(covering, key=lambda c: c[0].last - c[0].first)[1] if covering else None

    def networks(self, day: date) -> Iterator[tuple[Network, Holder]]:
        """Yield the prefixes that the register gives to somebody on a day, in its own order."""
        for network, entries in self._by_network.items():
            entry = _decisive(entries, day)
            if entry is not None:
                yield network, self._holder(entry, day)

    def _holder(self, entry: Entry, day: date) -> Holder:
        name = entry.provider
        if not entry.holds(day) and entry.successor is not None:
            name = entry.successor  # what one row hands over goes even where the company stays
        provider = self.canonical(name, day)
        return Holder(provider, entry.role or self.role(provider, day))

    def _names(self, provider: str, day: date) -> Iterator[str]:
        """Yield a provider's name and those it leads to, the one it counts under last."""
        seen: dict[str, str] = {}
        name: str | None = provider
        while name is not None:
            yield name
            link = self._link(name, day)
            if link is not None and (link.to == name or link.to in seen):
                raise Circle(
                    f"{link.entry.where}: on {_day(day)} {name} leads back to {link.to}: "
                    f"{', '.join([*seen.values(), link.entry.where])}; take one of these "
                    "aliases or successors out"
                )
            if link is not None:
                seen[name] = link.entry.where
            name = None if link is None else link.to

    def _link(self, name: str, day: date) -> _Link | None:
        rows = self._by_name.get(name, ())
        holding = [e for e in rows if e.holds(day)]
        if holding:
            return _alias(holding, day)
        heirs = [_Link(e.successor, e) for e in _last_ended(rows, day) if e.successor is not None]
        # Split among several: each network goes its own way, the name goes nowhere.
        return heirs[0] if len({heir.to for heir in heirs}) == 1 else None

    def _refuse_circles(self, linking: list[Entry]) -> None:
        names = dict.fromkeys(e.provider for e in linking)
        days = _turning_days(e for name in names for e in self._by_name[name])
        for name in names:
            for day in days:
                self.canonical(name, day)

    def _refuse_conflicts(self, linking: list[Entry]) -> None:
        for asn, entries in self._by_asn.items():
            self._refuse_conflict(f"AS{asn}", entries, linking)
        for network, entries in self._by_network.items():
            self._refuse_conflict(str(network), entries, linking)

    def _refuse_conflict(self, what: str, entries: list[Entry], linking: list[Entry]) -> None:
        if len(entries) == 1:
            return
        for day in _turning_days([*entries, *linking]):
            for one, other in combinations(_deciding(entries, day), 2):
                a, b = self._holder(one, day), self._holder(other, day)
                if _said(a) != _said(b):
                    raise Conflict(
                        f"{other.where}: on {_day(day)} {what} goes to {_said(b)}, but to "
                        f"{_said(a)} by {one.where}; give the two rows different days, or make "
                        "one provider an alias of the other"
                    )


def _alias(entries: Iterable[Entry], day: date) -> _Link | None:
    """Return what rows that hold say a provider is another name for."""
    links = [_Link(e.alias_of, e) for e in entries if e.alias_of is not None]
    for one, other in pairwise(links):
        if one.to != other.to:
            raise BadInput(
                f"{other.entry.where}: on {_day(day)} {other.entry.provider} is another name for "
                f"{other.to}, but for {one.to} by {one.entry.where}; give the rows different days"
            )
    return links[0] if links else None


def _turning_days(entries: Iterable[Entry]) -> tuple[date, ...]:
    days = {FIRST_DAY}
    for entry in entries:
        days.update(day for day in (entry.from_date, entry.before_date) if day is not None)
    return tuple(sorted(days))


def _last_ended(entries: Iterable[Entry], day: date) -> list[Entry]:
    """Return those rows that ended last of all that have ended by the day."""
    ends = [(e.before_date, e) for e in entries if e.before_date and e.before_date <= day]
    last = max((end for end, _ in ends), default=None)
    return [e for end, e in ends if end == last]


def _deciding(entries: Iterable[Entry], day: date) -> list[Entry]:
    """Return the rows that say whose a network is on a day: those that hold, or their heirs."""
    entries = list(entries)
    holding = [e for e in entries if e.holds(day)]
    return holding or [e for e in _last_ended(entries, day) if e.successor is not None]


def _decisive(entries: Iterable[Entry], day: date) -> Entry | None:
    return next(iter(_deciding(entries, day)), None)


def _day(day: date) -> str:
    return "the first day of all" if day == FIRST_DAY else day.isoformat()


def _said(holder: Holder) -> str:
    """Name a holder as far as it changes what is counted: a front is never the host."""
    return f"{holder.provider} as a front" if holder.role is Role.FRONT else holder.provider
