"""Durable commands over HTTP per second at 16 clients, against pgbench with the very same SQL on the same server."""

import asyncio
import itertools
import re
import subprocess
import sys
import time
from datetime import UTC, datetime

from bench import house

CLIENTS = 16
CASES = 8  # of each client
SECONDS = 3
ROUNDS = 5
WANTED_RATIO, WANTED_STATEMENTS = 0.15, 6
OFFICER = "yucheng_clerk"
COPY = "reference"  # the database pgbench works on: a copy of the house's


def main() -> None:
    with house.city(at=datetime.now(UTC)) as server:
        numbers, bearer = _prepared()
        _copy(server)
        with house.web() as port:
            house.until(_idle)
            script, given = _script(*_seen(numbers[0], bearer), numbers[0])
            _load(port, bearer, numbers, seconds=2)
            rates = [
                (_load(port, bearer, numbers, SECONDS), _pgbench(server, script, given))
                for _ in range(ROUNDS)
            ]
            house.until(_idle)
        _report(rates, statements=script.count(";"))
        _verify()


def _prepared() -> tuple[list[str], str]:
    """Cases received through the actions, of one implementing code and day, and a token to work on them."""
    from django.db import transaction

    from tests import city

    now = datetime.now(UTC)
    with transaction.atomic():
        return [city.received(now) for _ in range(CLIENTS * CASES)], house.token(OFFICER, now)


def _copy(server) -> None:
    """The reference works on tables of the same size: a copy, made while nobody is connected."""
    from django.db import connections

    connections.close_all()
    for alias in connections:
        connections[alias].close_pool()  # type: ignore[attr-defined]  # of the PostgreSQL backend
    server.psql(f"create database {COPY} template tongban strategy file_copy")


_WAITING = """
select (select count(*) from record_event) - (select count(*) from record_logentry)
     + (select count(*) from procrastinate_jobs where status in ('todo', 'doing'))
"""


def _idle() -> bool:
    """Whether every event is sealed and every job done."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        return cursor.fetchone()[0] == 0


# The load: one asyncio process, raw streams kept alive, so that it takes little of the server's cores.


def _load(port: int, bearer: str, numbers: list[str], seconds: float) -> float:
    """Commands answered 200 a second by clients that claim and release their own cases in turn."""
    end = time.perf_counter() + seconds
    clients = [_client(port, bearer, numbers[n::CLIENTS], end) for n in range(CLIENTS)]

    async def together() -> list[int]:
        return await asyncio.gather(*clients)

    begun = time.perf_counter()
    done = sum(asyncio.run(together()))
    return done / (time.perf_counter() - begun)


_HEAD = (
    "POST /api/cases/{case}/{resource} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {bearer}\r\n"
    "Idempotency-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}"
)
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


async def _client(port: int, bearer: str, cases: list[str], end: float) -> int:
    """How many commands this client had answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    asked = ((case, resource) for case in itertools.cycle(cases) for resource in ("claim", "release"))
    done = 0
    for case, resource in asked:
        if time.perf_counter() >= end and resource == "claim":  # whatever was claimed is released
            break
        key = f"{case[-4:]}-{time.perf_counter_ns()}"
        writer.write(_HEAD.format(case=case, resource=resource, bearer=bearer, key=key).encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        body = await reader.readexactly(int(length[1]) if length else 0)
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise RuntimeError((head + body).decode())
        done += 1
    writer.close()
    return done


# The reference: what one command sends, run by pgbench.

Statements = list[tuple[str, list]]


def _seen(case_no: str, bearer: str) -> tuple[Statements, str]:
    """The statements of one claim over the API, BEGIN and COMMIT included, and its key."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from tongban.catalogue import queries as catalogue

    client, key, given = Client(SERVER_NAME="127.0.0.1"), "bench-seen", []

    def command(resource: str, key: str) -> None:
        answer = client.post(
            f"/api/cases/{case_no}/{resource}", "{}", content_type="application/json",
            headers={"Authorization": f"Bearer {bearer}", "Idempotency-Key": key},
        )  # fmt: skip
        assert answer.status_code == 200, answer.content

    def seen(execute, sql, params, many, context):
        given.append((sql, list(params or [])))
        return execute(sql, params, many, context)

    catalogue.calendar()  # a process reads it every few seconds, not with each command
    with CaptureQueriesContext(connection) as captured, connection.execute_wrapper(seen):
        command("claim", key)
    words = [query["sql"] for query in captured.captured_queries]
    command("release", f"{key}-2")
    waiting = iter(given)
    return [(sql, []) if sql in {"BEGIN", "COMMIT"} else next(waiting) for sql in words], key


def _script(statements: Statements, key: str, case_no: str) -> tuple[str, dict[str, str]]:
    """A pgbench script of the statements and the values it is given; case, position and key are drawn."""
    given = {"head": case_no[:-4]}
    drawn = {case_no: "(:head || lpad(:serial::text, 4, '0'))", key: "('bench-' || :key)"}

    def written(value: object, cast: str) -> str:
        if value is None:
            return "null"
        if cast.startswith("::int,"):  # the event's position
            return ":position"
        if str(value) in drawn:
            return drawn[str(value)]
        name = f"v{len(given)}"
        given[name] = _text(value)
        return f":{name}"

    first = int(case_no[-4:])
    lines = [
        f"\\set serial {first} + :client_id * {CASES} + random(0, {CASES - 1})",
        "\\set position random(1000, 2147483647)",
        "\\set key random(1, 9223372036854775806)",
    ]
    for sql, params in statements:
        head, *parts = sql.split("%s")
        filled = head + "".join(
            written(value, part) + part for value, part in zip(params, parts, strict=True)
        )
        lines.append(" ".join(filled.split()) + ";")
    return "\n".join(lines) + "\n", given


def _text(value: object) -> str:
    """A value as PostgreSQL reads it from text."""
    if isinstance(value, list):
        quoted = (_text(part).replace("\\", "\\\\").replace('"', '\\"') for part in value)
        return "{" + ",".join(f'"{part}"' for part in quoted) + "}"
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)


def _pgbench(server, script: str, given: dict[str, str]) -> float:
    """Transactions a second of the script, statements prepared: the fastest way there is."""
    values = [f"--define={name}={text}" for name, text in given.items()]
    told = subprocess.run(
        [
            str(server.bin_path / "pgbench"), "--no-vacuum", "--protocol=prepared", f"--client={CLIENTS}",
            "--jobs=2", f"--time={SECONDS}", *values, "--file=-", server.get_uri(database=COPY),
        ],
        input=script, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = re.search(r"tps = ([\d.]+)", told.stdout)
    if told.returncode or not found:
        raise RuntimeError(told.stderr)
    return float(found[1])


def _report(rates: list[tuple[float, float]], statements: int) -> None:
    ours, reference = zip(*rates, strict=True)
    ratios = [a / b for a, b in rates]
    print(
        f"{CLIENTS} keep-alive clients in one asyncio process on the same cores claim and release "
        f"{CLIENTS * CASES} cases; web and worker as `tongban up` starts them"
    )
    print(house.load())
    print(f"commands over HTTP  {house.spread(ours)} /s   (min / median / max of {ROUNDS} × {SECONDS} s)")
    print(f"pgbench, same SQL   {house.spread(reference)} /s   (statements prepared)")
    print(f"ratio               {house.spread(ratios, '.3f')}   (wanted: {WANTED_RATIO})")
    print(f"statements a command, BEGIN and COMMIT included: {statements}   (wanted: {WANTED_STATEMENTS})")


def _verify() -> None:
    """The record of all that load, hashed again as an operator would."""
    told = subprocess.run(
        [str(house.up.BIN / "tongban"), "record", "verify"], capture_output=True, text=True, check=False
    )
    print(" ".join(told.stdout.split()))
    if told.returncode:
        sys.exit("the record does not verify")
