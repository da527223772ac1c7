"""`etmaal doctor`: what is wrong with this installation, and what helps."""

import json
import sys
from dataclasses import asdict

import click

from etmaal.cli.record import use_record


@click.command(name="doctor")
@click.option("--json", "as_json", is_flag=True, help="Print the findings for machines.")
def command(as_json: bool) -> None:
    """Look at home, keys, database, clocks, disk and work, and say what must be done.

    \b
    Example:
      etmaal doctor

    Changes nothing. Exit code 1 if something must be done.
    """
    use_record()
    from etmaal.config.checks.findings import State
    from etmaal.config.doctor import examine
    from etmaal.jobs.running import now

    findings = []
    for finding in examine(now):
        findings.append(finding)
        if not as_json:
            click.echo(f"{finding.state.value:8} {finding.name:12} {finding.says}")
            if finding.remedy:
                click.echo(f"{'':8} {'':12} -> {finding.remedy}")
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    if any(finding.state is State.TROUBLE for finding in findings):
        sys.exit(1)
