"""Which names are names: what only says that a holder is not named makes no company."""

import pytest

from etmaal.core.dossiers import Contact
from etmaal.engine.reading.addressing import addressees
from etmaal.engine.reading.rows import Rows
from etmaal.engine.reading.words import company


@pytest.mark.parametrize(
    "name",
    [
        "REDACTED FOR PRIVACY", "Redacted for privacy purposes", "Data Redacted", "REDACTED",
        "GDPR Masked", "GDPR REDACTED", "Statutory Masking Enabled", "Not Disclosed",
        "not disclosed!", "NON-DISCLOSED", "Undisclosed", "Name withheld", "Withheld for Privacy",
        "Private Customer", "private customer 12345", "Private Person", "Private Residence",
        "Data Protected", "Data protected, not disclosed", "12345",
        "Whois Privacy", "WhoisGuard", "WHOISGUARD PROTECTED", "WhoisGuard, Inc.",
        "Whois Privacy Service, LLC", "Domain Privacy", "Privacy Customer 0123",
        "Anonymous", "Anonymised", "Hidden by request", "Confidential", "Unknown", "Not available",
        "N/A", "n/a", "unknown owner", "(UNKNOWN)", "(OWNER EMPTY?!)", "no name", "-", "???", "...",
        "Particulier", "Particuliere klant", "Privé", "privé-persoon", "Privépersoon", "PRIVEPERSOON",
        "Afgeschermd", "Afgeschermd i.v.m. AVG", "Gegevens afgeschermd wegens privacy",
        "Niet openbaar", "Niet bekend", "Onbekend", "Onbekende eigenaar", "Geanonimiseerd",
        "Anoniem", "Verborgen", "Vertrouwelijk", "Persoonsgegevens beschermd", "n.v.t.",
        "Natuurlijk persoon", "Niet vrijgegeven",
        "abuse@north.example", "<abuse@north.example>", "north.example", "mail.north.example.",
    ],
)  # fmt: skip
def test_what_hides_a_name_is_none(name: str) -> None:
    assert company(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "Private Layer Example BV", "Privacy Hosting Example", "Example Data Protected Hosting",
        "Hidden Example", "Anonymous Example Servers", "Data Protection Example BV", "Proxy Example",
        "Customer First Example", "Domain Example", "Notary Example", "Particulier Example Net",
        "Example Privé Hosting", "Public Example", "Data Example", "Customer Data BV", "The Owner",
        "Identity Protection Example", "Unknown Example Hosting", "Example (abuse@north.example)",
        "Example Hosting B.V.", "Example Hosting, N.V.", "\u0417\u0430\u0449\u0438\u0442\u0430 Example", "7 Example", "N.V. Example",
    ],
)  # fmt: skip
def test_a_name_that_holds_such_a_word_among_others_is_kept(name: str) -> None:
    assert company(name) == name


def test_contacts_whose_name_is_hidden_are_companies_each() -> None:
    rows = Rows()
    contacts = {
        str(n): Contact(f"A000000000{n}", owner, "NL")
        for n, owner in enumerate(
            ("Redacted for Privacy", "REDACTED FOR PRIVACY", "Example Hosting", "example hosting")
        )
    }

    found = addressees(contacts, "NL", rows)

    assert [found[str(n)].provider for n in range(4)] == [
        "A0000000000", "A0000000001", "A0000000002", "A0000000002",
    ]  # fmt: skip
    assert [name for _, name, _ in rows.providers] == [None, None, "Example Hosting"]
    assert rows.counts["contacts_unnamed"] == 2
