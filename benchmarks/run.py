"""How fast is the main road beside its peers? Runs the benchmarks and gathers what they found.

Each runs in a process of its own, one after the other, prints a table for people, and on its
last line the same for machines. Times differ between machines; ratios of one run may be compared.
"""

import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
BENCHMARKS = (
    "attribution", "audit", "estimator", "pipeline", "reading", "scaling", "sealing", "work_queue",
)  # fmt: skip
PACKAGES = ("duckdb", "numpy", "scipy", "pyarrow", "pandas", "pyasn", "lifelines")


def run(name: str) -> dict[str, Any]:
    """Run one benchmark, pass its table on, and return what its last line says.

    Raises:
        SystemExit: if it fails, or the contestants do not agree.
    """
    print(f"\n{name}\n{'-' * len(name)}", flush=True)
    command = [sys.executable, str(HERE / f"{name}.py")]
    last = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            if last:
                print(last, end="", flush=True)
            last = line
    if process.returncode:
        raise SystemExit(f"{name} failed: exit {process.returncode}")
    found: dict[str, Any] = json.loads(last)
    return found


def machine() -> dict[str, Any]:
    """Say on what it ran: nothing that names the machine."""
    return {
        "python": platform.python_version(),
        "processors": len(os.sched_getaffinity(0)),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "packages": {name: version(name) for name in PACKAGES},
    }


def main() -> None:
    found = {"machine": machine(), "benchmarks": [run(name) for name in BENCHMARKS]}
    print("\nall of it, for machines")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
