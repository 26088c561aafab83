"""`tongban up`: database, schema, demo city, web, worker, simulated organs; waits until ready, keeps them alive."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from config.cli import django, simulate

console = Console(highlight=False)
BIN = Path(sys.executable).parent
READY_SECONDS = 60


def up(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.", envvar="PORT")] = 8000,
    story: Annotated[bool, typer.Option(help="Play one application through the server first.")] = True,
    oneshot: Annotated[bool, typer.Option(help="Stop after the story.", envvar="ONESHOT")] = False,
) -> None:
    """Start everything, play the story, and serve until Ctrl-C."""
    port = port if _is_free(port) else _free_port()
    url = f"http://127.0.0.1:{port}"
    os.environ.setdefault("TONGBAN_PUBLIC_URL", url)
    for asked in (signal.SIGINT, signal.SIGTERM):  # started in the background, SIGINT would be ignored
        signal.signal(asked, signal.default_int_handler)
    with _progress() as progress:
        prepare(progress)
    held = True
    with processes(port) as children:
        with _progress() as progress:
            wait_ready(progress, url, children)
        if story:
            from config.story import play

            held = play(url, console)
        _welcome(url)
        if not oneshot:
            _keep(children)
    if not held:
        raise typer.Exit(1)


def prepare(progress: Progress) -> None:
    """Database, schema, static files and demo city; each is skipped when already there."""
    for words, work in (
        ("启动数据库 database", django.ready),
        ("更新表结构 schema", _migrate),
        ("收集静态文件 static files", _collect),
        ("准备演示城市 demo city", _seed),
    ):
        task = progress.add_task(words, total=1)
        work()
        progress.update(task, completed=1)


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _collect() -> None:
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False)


def _seed() -> None:
    from django.conf import settings
    from django.utils import timezone

    from config import seeding, wordings

    if settings.DEMO:
        seeding.build_demo(now=timezone.now())
    else:
        wordings.say_all(at=timezone.now())


@contextmanager
def processes(port: int) -> Iterator[dict[str, subprocess.Popen]]:
    """Web, worker and, in a demo, the simulated organs outside; stopped in order at the end."""
    from django.conf import settings

    children = {"web": _start(_web(port)), "worker": _start([str(BIN / "tongban"), "worker"])}
    if settings.DEMO:
        children["organs outside"] = _start(simulate.command(house=f"http://127.0.0.1:{port}"))
    try:
        yield children
    except KeyboardInterrupt:
        console.print("\n正在停止 stopping …")
    finally:
        for child in children.values():
            child.terminate()
        for child in children.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(timeout=10)
            with suppress(ProcessLookupError):  # what it started and left behind
                os.killpg(child.pid, signal.SIGKILL)
        from django.db import connections

        connections.close_all()


def _web(port: int) -> list[str]:
    workers = os.environ.get("TONGBAN_WEB_WORKERS", str(max(1, min(4, os.cpu_count() or 1))))
    threads = os.environ.get("TONGBAN_WEB_THREADS", "8")
    return [
        *(str(BIN / "granian"), "--interface", "wsgi", "config.wsgi:application"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", workers, "--blocking-threads", threads),
        *("--log-level", "error", "--respawn-failed-workers"),
    ]


def _start(command: list[str]) -> subprocess.Popen:
    """A child in its own session, so that Ctrl-C reaches it once, from us."""
    return subprocess.Popen(command, cwd=django.ROOT, start_new_session=True)


def wait_ready(progress: Progress, url: str, children: dict[str, subprocess.Popen]) -> None:
    """Wait until /readyz answers 200; says what it last answered when it does not."""
    task = progress.add_task("等待服务就绪 web and worker", total=1)
    last = "no answer"
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        gone = [name for name, child in children.items() if child.poll() is not None]
        if gone:
            console.print(f"[red]{' '.join(gone)} stopped at start; see the messages above.")
            raise typer.Exit(1)
        try:
            answer = httpx.get(f"{url}/readyz", timeout=2)
            if answer.status_code == 200:
                progress.update(task, completed=1)
                return
            last = answer.text
        except httpx.TransportError as error:
            last = str(error)
        time.sleep(0.1)
    console.print(f"[red]Not ready after {READY_SECONDS} s: {last}")
    raise typer.Exit(1)


def _keep(children: dict[str, subprocess.Popen]) -> None:
    """Serve until interrupted; a child that dies is started again."""
    commands = {name: child.args for name, child in children.items()}
    while True:
        time.sleep(1)
        if django.revive_database():
            console.print("[yellow]the database had stopped; it runs again")
        for name, child in children.items():
            if child.poll() is not None:
                console.print(f"[yellow]{name} stopped with {child.returncode}; starting it again")
                children[name] = _start(commands[name])  # type: ignore[arg-type]


def _welcome(url: str) -> None:
    """Where to go and as whom."""
    from config.story import accounts

    console.print(f"\n[bold]办事 portal[/]       {url}/")
    console.print(f"[bold]工作台 workbench[/]  {url}/desk/")
    console.print(f"[bold]接口 API[/]           {url}/api/docs")
    console.print(f"[bold]记录 record[/]        {url}/record/\n")
    console.print(accounts())
    console.print("Ctrl-C 停止 to stop · second factor: [bold].venv/bin/tongban demo code USERNAME[/]\n")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return port != 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(finished_text="[green]✓"),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
    )
