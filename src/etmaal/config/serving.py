"""How is the site served? By one process with some threads, behind a proxy or by itself."""

from typing import Any

from waitress.server import create_server  # type: ignore[import-untyped]  # has no types

from etmaal.config.environment import env

THREADS = 8


def server(host: str, port: int) -> Any:
    """Return a server that listens; its `run` ends at a SystemExit.

    What a proxy says of the visitor is believed only of the one that is named in ETMAAL_PROXY.
    """
    from etmaal.config.wsgi import application

    proxy = env("ETMAAL_PROXY")
    believed = {
        "trusted_proxy": proxy,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
    }
    return create_server(
        application,
        host=host,
        port=port,
        threads=THREADS,
        ident=None,
        # Without a proxy named they stay, unbelieved: that one is there tells `/metrics` that the
        # request came from elsewhere.
        clear_untrusted_proxy_headers=bool(proxy),
        **(believed if proxy else {}),
    )


def addresses(listening: Any) -> list[str]:
    """Return where a server can be reached."""
    if hasattr(listening, "effective_listen"):  # a name that stands for several addresses
        found = listening.effective_listen
    else:
        found = [(listening.effective_host, listening.effective_port)]
    return [f"http://{f'[{host}]' if ':' in host else host}:{port}/" for host, port in found]
