"""The `tongban` command: one sub-command per question an operator, official or integrator asks."""

import os
import sys


def main() -> None:
    """Entry point of `.venv/bin/tongban`; what an operator can mend is said in a line.

    Exit codes beside those of the commands: 1 refused or no tables yet, 2 a file cannot be read or written,
    69 the database does not answer.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.db import InterfaceError, OperationalError, ProgrammingError
    from psycopg.errors import UndefinedColumn, UndefinedTable

    from config.cli.app import app
    from tongban.engine.refusal import Refused

    if not all(word.isprintable() for word in sys.argv[1:]):
        sys.exit("An argument holds characters that cannot be shown: type it again as plain text.")
    try:
        app()
    except Refused as refused:
        sys.exit(_words(refused))
    except ProgrammingError as error:
        if not isinstance(error.__cause__, UndefinedTable | UndefinedColumn):
            raise
        sys.exit("The database has no tables of this version yet: run `tongban up` (or `make run`) first.")
    except (OperationalError, InterfaceError) as error:
        print(f"The database does not answer; is PostgreSQL running?\n{error}", file=sys.stderr)  # noqa: T201
        sys.exit(os.EX_UNAVAILABLE)
    except OSError as error:
        print(error, file=sys.stderr)  # noqa: T201
        sys.exit(2)


def _words(refused) -> str:
    """What was wrong and what to do, with the code to look it up by."""
    from config.words import problem

    told = problem(refused)
    return f"{told['title']} {told['detail']} ({refused.code})"
