"""The data package that describes an edition's tables to whoever uses them again."""

from typing import Any

from etmaal.engine import columns
from etmaal.engine.columns import Column

FILES: dict[str, tuple[str, tuple[Column, ...]]] = {
    "providers": ("One row a provider, over the whole period", columns.PROVIDERS),
    "overall": ("Totals and averages over all rows together", columns.OVERALL),
    "figures": ("One row a figure, whole and by month", columns.FIGURES),
    "curves": ("Where in time the estimated removals lie", columns.CURVES),
    "sensitivity": ("What other ways of counting would say", columns.SENSITIVITY),
    "transit": ("Server country by seat by source", columns.TRANSIT),
    "gaps": ("How far apart the checks were", columns.GAPS),
    "lorenz": ("How the volume is spread over providers", columns.LORENZ),
    "rejects": ("Input rows that could not be used", columns.REJECTS),
}


def data_package(content: dict[str, Any]) -> dict[str, Any]:
    """Return a descriptor that is valid under versions 1 and 2 of the Data Package standard."""
    period = content["period"]
    return {
        "profile": "tabular-data-package",
        "name": f"etmaal-{period['from']}-{period['before']}-{content['clock']['id']}",
        "title": f"Takedown figures, {period['from']} to {period['before']}",
        "description": (
            f"Clock {content['clock']['id']} version {content['clock']['version']}, norm "
            f"{content['norm_hours']:g} hours, known as of {content['as_of']}. Times are UTC. "
            "An empty cell is not known, never zero."
        ),
        "version": f"{content['clock']['version']}+{content['code']}",
        "resources": [_resource(name, says, held) for name, (says, held) in FILES.items()],
    }


def _resource(name: str, says: str, held: tuple[Column, ...]) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": f"{name}.csv",
        "title": says,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "header": True},
        "schema": {
            "fields": [
                {"name": column.name, "type": column.type, "description": column.says}
                for column in held
            ],
            "missingValues": [""],
        },
    }
