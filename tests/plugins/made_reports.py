"""A hotline's report of invented cases, as the tests of `etmaal read` write it."""

from pathlib import Path

REPORT = (
    "filenumber;reference;url;url_host;url_ip;url_type;url_referer;received_at;hashcheck_at;"
    "hashcheck_return;firstseen_at;lastseen_at;type_code;police;source_code;status_code;"
    "hoster_contact;hoster_country;hoster_owner;hoster_first_ntd_at;registrar_contact;grade_code"
)


def case(number: int, **change: str) -> str:
    """Return one line of a report; a case that was noticed at 11:04 and is closed offline."""
    given = {
        "filenumber": f"I{number:010}", "reference": "", "url": f"https://a{number}-site.example/x",
        "host": f"a{number}-site.example", "ip": "192.0.2.1", "type": "mainurl", "referer": "",
        "received": "2026-03-27 09:00:00", "h1": "", "h2": "", "graded": "2026-03-27 10:00:00",
        "seen": "2026-03-27 12:00:00", "kind": "website", "police": "n", "source": "webform",
        "status": "close_offline", "contact": "abuse@north.example", "country": "NL",
        "owner": "Example Hosting North", "notice": "2026-03-27 11:04:00", "registrar": "",
        "grade": "illegal",
    }  # fmt: skip
    return ";".join({**given, **change}.values())


def report(path: Path, *cases: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join((REPORT, *cases)))
    return path
