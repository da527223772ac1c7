"""Does one thing with the notes, as `python -m sealed_notes COMMAND [ARGUMENT...]`."""

import importlib
import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "etmaal.config.settings"


def main(command: str, *arguments: str) -> None:
    import django
    from django.conf import settings

    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "sealed_notes"]
    django.setup()
    importlib.import_module("sealed_notes.work").COMMANDS[command](*arguments)


main(*sys.argv[1:])
