"""An invented organisation with its own sign-in: a real server here, which speaks OpenID Connect."""

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt

CLIENT, SECRET = "etmaal", "an invented secret, and a long one too"
NAME = "The organisation"


@dataclass
class Organisation:
    """What the organisation says of whoever signs in there, and what it was asked."""

    address: str
    says: dict[str, Any] = field(default_factory=lambda: {"sub": "007"})
    asked: dict[str, str] = field(default_factory=dict)
    stop: Callable[[], None] = field(default=lambda: None)

    def was_asked(self, address: str) -> dict[str, str]:
        """Take note of what a browser was sent here with."""
        self.asked = {k: v[0] for k, v in parse_qs(urlsplit(address).query).items()}
        return self.asked


@contextmanager
def running(settings) -> Iterator[Organisation]:
    """Start it, and let the site know it."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/authorize"):
                asked = found.was_asked(self.path)
                back = urlencode({"code": "one", "state": asked["state"]})
                self.send_response(302)
                self.send_header("Location", f"{asked['redirect_uri']}?{back}")
                self.end_headers()
            else:
                self._answer(found.says if "userinfo" in self.path else configuration)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            sent = {k: v[0] for k, v in parse_qs(body).items()}
            proof = hashlib.sha256(sent["code_verifier"].encode()).digest()
            expected = base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
            if expected != found.asked["code_challenge"]:  # a stolen code is of no use
                self.send_error(400)
                return
            token = jwt.encode({**found.says, "iss": found.address, "aud": CLIENT}, SECRET, "HS256")
            self._answer({"access_token": "a", "token_type": "bearer", "id_token": token})

        def _answer(self, content: dict[str, Any]) -> None:
            whole = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(whole)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    found = Organisation(f"http://127.0.0.1:{server.server_port}", stop=server.server_close)
    configuration = {
        "issuer": found.address,
        "authorization_endpoint": f"{found.address}/authorize",
        "token_endpoint": f"{found.address}/token",
        "userinfo_endpoint": f"{found.address}/userinfo",
        "jwks_uri": f"{found.address}/keys",
    }
    app = {**settings.OIDC_APP, "client_id": CLIENT, "secret": SECRET, "name": NAME}
    app["settings"] = {**app["settings"], "server_url": found.address}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    settings.OIDC_ORIGINS = [found.address]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
