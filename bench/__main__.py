"""Every benchmark in turn: `make bench`, or one with `python -m bench NAME`."""

import importlib
import sys

NAMES = ("engine", "commands", "pages")


def main() -> None:
    for name in sys.argv[1:] or NAMES:
        print(f"\n== {name}")
        importlib.import_module(f"bench.{name}").main()


main()
