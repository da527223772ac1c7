"""`python -m etmaal` is the `etmaal` command."""

from etmaal.cli.main import main

main()
