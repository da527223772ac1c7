"""URLs, sites and numbers as keyed digests: the same each time, never the same across kinds."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etmaal.core.errors import BadInput
from etmaal.core.sealed import Sealed
from etmaal.engine.reading.seal import Seal

KEY = bytes(range(32))
SEAL = Seal(KEY)
# Ends under which anybody may have a name, of the public and of the private part of the list.
SHARED, BLOGS = ".".join(("co", "uk")), ".".join(("blogspot", "com"))


@given(st.text(max_size=60), st.binary(min_size=32, max_size=64))
def test_an_id_is_the_keyed_digest_of_its_kind_and_text(text: str, key: bytes) -> None:
    """Against the textbook: RFC 2104 written out over SHA-256."""
    block = key.ljust(64, b"\0")
    message = b"etmaal/number\0" + text.encode("utf-8", "surrogatepass")
    inner = hashlib.sha256(bytes(b ^ 0x36 for b in block) + message).digest()
    outer = hashlib.sha256(bytes(b ^ 0x5C for b in block) + inner).hexdigest()

    assert Seal(key).number(text) == f"f-{outer[:32]}"
    assert hmac.new(key, message, "sha256").hexdigest() == outer


def test_digests_of_different_kinds_do_not_meet() -> None:
    text = "https://site.example/"
    address = SEAL.address(Sealed(text))
    assert address is not None
    ids = [address.item, address.site, SEAL.number(text), SEAL.batch(text), SEAL.desk(text),
           SEAL.provider(text, None)]  # fmt: skip

    assert len({i[2:] for i in ids if i}) == len(ids)
    assert len({i[0] for i in ids if i}) == len(ids)


@pytest.mark.parametrize(
    ("story", "one", "other", "same"),
    [
        ("case of scheme and host", "HTTPS://Img.Site.EXAMPLE/a", "https://img.site.example/a", True),
        ("the default port", "https://site.example:443/a", "https://site.example/a", True),
        ("dots in the path", "https://site.example/x/../a", "https://site.example/a", True),
        ("no path", "https://site.example", "https://site.example/", True),
        ("names in other scripts", "https://b\u00fccher.example/", "https://xn--bcher-kva.example/", True),
        ("addresses written oddly", "http://127.1/", "http://127.0.0.1/", True),
        ("a fragment", "https://site.example/a#page-2", "https://site.example/a", True),
        ("two fragments", "https://site.example/a?b#c", "https://site.example/a?b#d/e", True),
        ("an empty fragment", "https://site.example/a#", "https://site.example/a", True),
        ("a dot at the host's end", "https://site.example./a", "https://site.example/a", True),
        ("that dot and a port", "https://site.example.:8443/a#b", "https://site.example:8443/a", True),
        ("a sharp that is no fragment", "https://site.example/a%23b", "https://site.example/a", False),
        ("a page told by the fragment", "https://site.example/#!/a", "https://site.example/#!/b", False),
        ("a page told by the fragment, in short", "https://site.example/#/a", "https://site.example/", False),
        ("a slash at the end", "https://site.example/a/", "https://site.example/a", False),
        ("the order of a query", "https://site.example/?a=1&b=2", "https://site.example/?b=2&a=1", False),
        ("case of the path", "https://site.example/A", "https://site.example/a", False),
        ("another port", "https://site.example:8443/a", "https://site.example/a", False),
        ("another scheme", "http://site.example/a", "https://site.example/a", False),
        ("a query", "https://site.example/a?b", "https://site.example/a", False),
    ],
)  # fmt: skip
def test_an_item_is_its_url_as_browsers_read_it(
    story: str, one: str, other: str, same: bool
) -> None:
    first, second = SEAL.address(Sealed(one)), SEAL.address(Sealed(other))

    assert first is not None
    assert second is not None
    assert (first.item == second.item) is same, story


@pytest.mark.parametrize(
    ("story", "one", "other", "same"),
    [
        ("hosts of one domain", "https://a.site.example/", "https://b.site.example/x", True),
        ("two domains", "https://site.example/", "https://other.example/", False),
        ("domains under a shared end", f"https://a.{SHARED}/", f"https://b.{SHARED}/", False),
        ("blogs at one host of blogs", f"https://a.{BLOGS}/", f"https://b.{BLOGS}/", False),
        ("the end itself", f"https://{SHARED}/", f"https://a.{SHARED}/", False),
        ("a dot at the end", "https://a.site.example./", "https://site.example/", True),
        ("neighbouring addresses", "http://192.0.2.1/", "http://192.0.2.2/", False),
        ("one address", "http://192.0.2.1/a", "http://192.0.2.1:8080/b", True),
        ("one address, six", "http://[2001:db8::1]/a", "http://[2001:db8:0::1]:81/b", True),
    ],
)  # fmt: skip
def test_a_site_is_the_domain_somebody_registered(
    story: str, one: str, other: str, same: bool
) -> None:
    first, second = SEAL.address(Sealed(one)), SEAL.address(Sealed(other))

    assert first is not None
    assert second is not None
    assert (first.site == second.site) is same, story


@pytest.mark.parametrize("url", ["https://./a", "https://a../", "foo://h./#x", "data:,a#b"])
def test_an_odd_host_is_an_item_all_the_same(url: str) -> None:
    assert SEAL.address(Sealed(url)) is not None


@pytest.mark.parametrize("text", ["", "no address", "//site.example/a", "https://", "http://a b/"])
def test_what_is_no_url_has_no_address(text: str) -> None:
    assert SEAL.address(Sealed(text)) is None


@pytest.mark.parametrize("length", [0, 16, 31, 65, 128])
def test_a_key_of_another_length_is_refused_and_not_repeated(length: int) -> None:
    with pytest.raises(BadInput, match="64 to 128 hex digits") as caught:
        Seal(b"K" * length)

    assert "KK" not in str(caught.value)


def test_another_key_gives_other_ids_and_another_fingerprint() -> None:
    other = Seal(KEY[::-1])

    assert other.number("I0000000001") != SEAL.number("I0000000001")
    assert other.fingerprint != SEAL.fingerprint
    assert SEAL.fingerprint not in KEY.hex()
    assert repr(SEAL) == "<seal>"


def test_a_company_goes_by_its_name_whatever_the_spaces_and_capitals() -> None:
    assert SEAL.provider("Example  Hosting ", "NL") == SEAL.provider("example hosting", "nl")
    assert SEAL.provider("Example Hosting", "NL") != SEAL.provider("Example Hosting", "DE")
