"""Which commands need the record? Those that call this first; the others start without Django."""

import os


def use_record() -> None:
    """Make the record's models usable."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "etmaal.config.settings")
    import django

    django.setup()
