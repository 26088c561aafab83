"""Every benchmark in turn: `make bench`, or one with `python -m bench NAME`."""

import importlib
import subprocess
import sys

NAMES = ("engine", "commands", "pages", "search", "bundles", "ready")


def main() -> None:
    """One benchmark runs here; several run each in a process of its own, on a database of its own."""
    names = sys.argv[1:] or NAMES
    if len(names) == 1:
        print(f"\n== {names[0]}", flush=True)
        importlib.import_module(f"bench.{names[0]}").main()
        return
    failed = [name for name in names if subprocess.run([sys.executable, "-m", "bench", name]).returncode]
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


main()
