"""Everything made up in the repository uses reserved names, addresses and AS numbers.

A real host may stand only in `allowed_hosts.txt`, with the reason why it is there.
"""

import io
import ipaddress
import re
import tokenize
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

# RFC 2606 and RFC 6761; `.local` is RFC 6762, `.arpa` is infrastructure.
RESERVED_ENDS = ("example", "test", "invalid", "localhost", "local", "arpa")
RESERVED_DOMAINS = ("example.com", "example.net", "example.org")

# The IANA registries of special-purpose addresses: RFC 1122, 1918, 2544, 3927, 5737, 6598, 6890.
SPECIAL_V4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
            "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        ),
    )
)  # fmt: skip
# Only addresses that begin with the bits 001 are handed out to anybody; of these RFC 2928, 3849,
# 3056 and 9637 set aside the following.
SPECIAL_V6 = tuple(
    map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
)
# RFC 5398 (documentation), 6996 (private), 7534, 7607, 6793 and 7300 (nobody's own).
SPECIAL_AS = (
    (0, 0), (112, 112), (23456, 23456), (64496, 64511), (64512, 65535), (65536, 65551),
    (65552, 131071), (4200000000, 4294967295),
)  # fmt: skip

URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://([^/\s\"'`<>()\[\]\\,;|?#]+)")
MAILBOX = re.compile(r"[\w.+-]+@((?:[\w-]+\.)+[A-Za-z]{2,})\b")
BARE_HOST = re.compile(
    r"(?<![\w.@/-])((?:[a-z0-9-]+\.)+(?:com|net|org|nl|eu|de|be|fr|uk|ru|us|info|biz|xyz))(?![\w(-]|\.\w)"
    r"|\b(www\.[a-z0-9.-]+)",
    re.IGNORECASE,
)
ADDRESS_V4 = re.compile(r"(?<![\w.-])(\d{1,3}(?:\.\d{1,3}){3})(?![\w.-]*\d)")
ADDRESS_V6 = re.compile(r"(?<![\w:.\[])\[?([0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7})(?![\w:])")
AS_NUMBER = re.compile(
    r"\bAS ?(\d+)\b|\b(?i:asns?|origins?)\b[\"']?\s*[:=]\s*[\[({\"']*((?:\d+[ ,;|]*)+)"
)
PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\$?\{[^{}]*\}")


@cache
def allowed_hosts() -> frozenset[str]:
    lines = (Path(__file__).parent / "allowed_hosts.txt").read_text().splitlines()
    rows = [line for line in lines if line and not line.startswith("#")]
    return frozenset(row.split("#")[0].strip() for row in rows)


def host_may_stand(host: str) -> bool:
    """Say whether a host, perhaps with a user and a port, is reserved, special or allowed."""
    name = host.rpartition("@")[2].lower()
    name = re.sub(r":\d*$", "", name).rstrip(".")
    if re.fullmatch(r"[\d.]+", name):
        return address_may_stand(name)
    reserved = name.rpartition(".")[2] in RESERVED_ENDS
    return (
        reserved
        or any(name == domain or name.endswith("." + domain) for domain in RESERVED_DOMAINS)
        or name in allowed_hosts()
        or "." not in name  # nobody's, or all that is left of a placeholder
    )


def address_may_stand(address: str) -> bool:
    """Say whether an address is special; what is no address may stand too."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return True
    if isinstance(ip, ipaddress.IPv4Address):
        return any(ip in network for network in SPECIAL_V4)
    if ip.sixtofour is not None:
        return address_may_stand(str(ip.sixtofour))
    return int(ip) >> 125 != 0b001 or any(ip in network for network in SPECIAL_V6)


def as_number_may_stand(number: str) -> bool:
    return any(low <= int(number) <= high for low, high in SPECIAL_AS)


def real_names(text: str) -> Iterator[str]:
    """Yield every host, mailbox, address or AS number in a text that could be somebody's."""
    text = PLACEHOLDER.sub("", text)
    for pattern, may_stand in (
        (URL, host_may_stand),
        (MAILBOX, host_may_stand),
        (BARE_HOST, host_may_stand),
        (ADDRESS_V4, address_may_stand),
        (ADDRESS_V6, address_may_stand),
    ):
        yield from _found(text, pattern, may_stand)
    yield from real_as_numbers(text)


def real_as_numbers(text: str) -> Iterator[str]:
    """Yield every AS number in a text or in code that could be somebody's."""
    for match in AS_NUMBER.finditer(text):
        numbers = re.findall(r"\d+", match.group(1) or match.group(2))
        yield from (f"AS{n}" for n in numbers if not as_number_may_stand(n))


def _found(text: str, pattern: re.Pattern[str], may_stand: Callable[[str], bool]) -> Iterator[str]:
    for match in pattern.finditer(text):
        name = next(filter(None, match.groups()))
        if not may_stand(name):
            yield name


def real_names_in(path: str, lines: tuple[str, ...]) -> Iterator[str]:
    """Yield the same for one file, each with its line; in code, numbers count too."""
    code = enumerate(lines, 1) if path.endswith(".py") else ()
    found = {(at, name) for at, text in scanned(path, lines) for name in real_names(text)}
    found |= {(at, name) for at, line in code for name in real_as_numbers(line)}
    yield from (f"{path}:{at}: {name}" for at, name in sorted(found))


def scanned(path: str, lines: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Yield what of a file is looked at, with line numbers.

    Of Python only strings and comments: in code, a dot before `nl` reads an attribute.
    """
    if not path.endswith(".py"):
        yield from enumerate(lines, 1)
        return
    for token in tokenize.generate_tokens(io.StringIO("\n".join(lines) + "\n").readline):
        if token.type in (tokenize.STRING, tokenize.COMMENT):
            for offset, line in enumerate(token.string.splitlines()):
                yield token.start[0] + offset, line


@pytest.mark.slow
def test_no_real_host_mailbox_address_or_as_number_stands_in_the_repository(text_files) -> None:
    found = [
        name
        for file in text_files
        if not file.path.endswith(".lock") and file.path != "LICENSE"
        for name in real_names_in(file.path, file.lines)
    ]

    assert len(text_files) > 20
    assert found == []


@pytest.mark.parametrize(
    ("story", "text", "found"),
    [
        ("a reserved host", "https://desk.example/a?b=1", []),
        ("a reserved host with user and port", "smtp://a:b@mail.test:25", []),
        ("an address as host", "http://127.0.0.1:8000/x", []),
        ("an allowed host", "http://www.w3.org/2000/svg", []),
        ("a host left open", "https://{host}/x and https://{{ host }}/", []),
        ("a name without a dot is nobody's", "postgres://db/etmaal", []),
        ("a real host", "https:~//fasthost.zone/x", ["fasthost.zone"]),
        ("a real host under a reserved name", "ftp:~//example.com.zone", ["example.com.zone"]),
        ("a real host without a scheme", "see fasthost~.nl for more", ["fasthost~.nl"]),
        ("a host that begins with www", "see www~.fasthost.zone", ["www~.fasthost.zone"]),
        ("a file with a language in its name", "write bulletin.nl.html", []),
        ("a module", "run tools/make.py", []),
        ("a reserved mailbox", "abuse@desk.example", []),
        ("a real mailbox", "abuse@fasthost~.zone", ["fasthost~.zone"]),
        ("a table at a date", "routes.dat@2019-06-01", []),
        ("documentation addresses", "192.0.2.1 198.51.100.0/24 203.0.113.7:53", []),
        ("benchmark and private addresses", "198.18.0.1, 10.0.0.1, 100.64.0.9", []),
        ("a real address", "9~.9.9.9 answers", ["9~.9.9.9"]),
        ("a real network", "5~.6.0.0/16", ["5~.6.0.0"]),
        ("a real address at the end of a sentence", "by 9~.9.9.9.", ["9~.9.9.9"]),
        ("no address", "version 1.2.3 of 999.1.1.1", []),
        ("documentation addresses, six", "2001:db8::1 3fff::/20 fe80::1 ::1 fc00::", []),
        ("a real address, six", "2a00:~1450::5", ["2a00:~1450::5"]),
        ("a real address, six, in brackets", "[2606:~4700::1]:53", ["2606:~4700::1"]),
        ("a real address inside a six", "2002:~0909:0909::1", ["2002:~0909:0909::1"]),
        ("a step, a time, a test's name", "a[::2], at 12:30:45, tests/x.py::test_y", []),
        ("reserved AS numbers", "AS64496, AS 65551, AS4200000000, asns: 64500 64501", []),
        ("a real AS number", "AS~3333", ["AS~3333"]),
        ("a real AS number in a field", '"asn": ~3333', ["AS~3333"]),
        ("a real one among several", "asns=[64500, ~3333]", ["AS~3333"]),
        ("ordinary words", "12:30 as 750 was, ALAS 12, has 3 parts", []),
    ],
)
def test_the_scan_tells_real_names_from_reserved_ones(
    story: str, text: str, found: list[str]
) -> None:
    """A tilde breaks each real name here, so that this file itself holds none."""
    unbroken = list(real_names(text.replace("~", "")))

    assert unbroken == [name.replace("~", "") for name in found], story


def test_of_python_only_strings_and_comments_are_looked_at() -> None:
    source = ("x = title.en  # not in code", 'y = """one', 'two"""')

    assert list(scanned("x.py", source)) == [(1, "# not in code"), (2, '"""one'), (3, 'two"""')]
    assert list(scanned("x.md", source)) == [(1, source[0]), (2, source[1]), (3, source[2])]


def test_an_as_number_in_code_is_seen_and_a_dotted_name_in_code_is_none() -> None:
    source = "f(asn=~3333, to=fasthost~.nl)".replace("~", "")

    assert list(real_names_in("x.py", (source,))) == ["x.py:1: AS~3333".replace("~", "")]
    assert len(list(real_names_in("x.md", (source,)))) == 2


def test_each_allowed_host_has_its_reason() -> None:
    lines = (Path(__file__).parent / "allowed_hosts.txt").read_text().splitlines()

    rows = [line for line in lines if line and not line.startswith("#")]

    assert rows == sorted(rows)
    assert all(re.fullmatch(r"[a-z0-9.-]+\.[a-z]+ +# \S.{10,}", row) for row in rows)
