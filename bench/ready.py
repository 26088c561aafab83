"""`tongban up` until /readyz answers 200: the first start, which seeds the demo city, and the second."""

import signal
import subprocess
import time

from bench import house

WANTED = 20  # seconds, for the first start too


def main() -> None:
    with house.folder():
        for words in ("first start, seeding", "second start"):
            print(f"{words:<22}{_start():>6.1f} s   (wanted: {WANTED})", flush=True)


def _start() -> float:
    """Seconds until ready; then everything is stopped as by Ctrl-C."""
    port = house.free_port()
    begun = time.perf_counter()
    started = subprocess.Popen(
        [str(house.up.BIN / "tongban"), "up", "--no-story", "--port", str(port)],
        cwd=house.django.ROOT, stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        house.until(lambda: house.answers(port))
        return time.perf_counter() - begun
    finally:
        started.send_signal(signal.SIGINT)
        started.wait(timeout=60)
