"""The `tongban` command: one sub-command per question an operator, official or integrator asks."""

import os


def main() -> None:
    """Entry point of `.venv/bin/tongban`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from config.cli.app import app

    app()
