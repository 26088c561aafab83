"""Server time and statements of the busiest pages with a million cases in the database."""

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from bench import house

CASES = 1_000_000
OPEN = 40_000  # of them; the rest have ended
PARTIES = 200_000
RUNS, WARM_UP = 50, 8
WANTED = 15  # ms
OFFICER, APPLICANT, SUPERVISOR = "yucheng_clerk", "wang_xiaomei", "supervisor"

# Words, who asks, address; a token asks under /api/, a signed-in session elsewhere.
PAGES = (
    ("workbench: inbox", OFFICER, "/desk/"),
    ("workbench: inbox, unclaimed", OFFICER, "/desk/?only=free"),
    ("workbench: case beside the list", OFFICER, "/desk/cases/{number}/preview"),
    ("workbench: case", OFFICER, "/desk/cases/{number}/"),
    ("workbench: every case of the organ", OFFICER, "/desk/cases/"),
    ("workbench: every case of the city", SUPERVISOR, "/desk/cases/"),
    ("workbench: search by applicant", OFFICER, "/desk/cases/?q={name}"),
    ("portal: my cases", APPLICANT, "/my/cases/"),
    ("portal: my case", APPLICANT, "/my/cases/{number}/"),
    ("API: cases of the organ", OFFICER, "/api/cases"),
    ("API: cases of the organ, one stage", OFFICER, "/api/cases?stage=received"),
    ("API: cases of the applicant", APPLICANT, "/api/cases"),
    ("API: cases of the city", SUPERVISOR, "/api/cases"),
    ("API: one case", OFFICER, "/api/cases/{number}"),
)


def main() -> None:
    now = datetime.now(UTC)
    with house.city(at=now):
        asked = _asked(now)
        few = [statements(ask) for _, ask in asked]
        begun = time.perf_counter()
        _grow(now)
        gc.collect()
        gc.freeze()  # as config.wsgi does
        print(f"{CASES:,} cases, {OPEN:,} of them open, seeded in {time.perf_counter() - begun:.0f} s")
        print(house.load())
        print(f"{'ms, min / median / max of ' + str(RUNS):>62}   CPU  statements, few → all cases")
        slow = []
        for (words, ask), before in zip(asked, few, strict=True):
            times, busy = milliseconds(ask)
            after = statements(ask)
            print(f"{words:<36}{house.spread(times, '.1f'):>26} {busy:>5.1f}  {before} → {after}", flush=True)
            if statistics.median(times) > WANTED or after != before:
                slow.append(words)
        print(f"over {WANTED} ms or not constant: {'; '.join(slow) or 'none'}")


def _asked(now: datetime) -> list[tuple[str, Callable[[], None]]]:
    """Every page as a call that asks for it and takes nothing but 200."""
    from django.test import Client

    from tests import city
    from tests.people.signing import sign_in
    from tongban.engine.lifecycle import commands

    ended = now - timedelta(days=40)
    number = city.received(now)
    city.delivered(ended)
    city.do(city.received(ended), commands.Withdraw(reason="改日再办"), APPLICANT, ended)
    sessions, tokens = {}, {}
    for username in {who for _, who, _ in PAGES}:
        sessions[username] = Client(SERVER_NAME="127.0.0.1")
        sign_in(sessions[username], username, second_factor=username != APPLICANT)
        tokens[username] = {"Authorization": f"Bearer {house.token(username, now)}"}

    def ask(username: str, url: str) -> Callable[[], None]:
        url = url.format(number=number, name="雅安雨城")
        api = url.startswith("/api/")
        client = Client(SERVER_NAME="127.0.0.1") if api else sessions[username]
        headers = tokens[username] if api else {}

        def get() -> None:
            answer = client.get(url, headers=headers)
            assert answer.status_code == 200, (url, answer.status_code)

        return get

    return [(words, ask(username, url)) for words, username, url in PAGES]


def milliseconds(ask: Callable[[], None]) -> tuple[list[float], float]:
    """Time inside the server of each run, after a warm-up; and this process's median share of a core in it."""
    for _ in range(WARM_UP):
        ask()
    found, busy = [], []
    for _ in range(RUNS):
        begun, used = time.perf_counter(), time.process_time()
        ask()
        found.append((time.perf_counter() - begun) * 1000)
        busy.append((time.process_time() - used) * 1000)
    return found, statistics.median(busy)


def statements(ask: Callable[[], None]) -> int:
    """How many statements the page sends; what a process reads now and then is not of the page."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def sent() -> int:
        with CaptureQueriesContext(connection) as captured:
            ask()
        return len(captured.captured_queries)

    return min(sent() for _ in range(3))


# A million cases from a few real ones: the last ten days' are open, three years' before them have ended.

_PARTIES = """
insert into people_party (kind, name, code_cipher, code_hash, created_at)
select 'company', '雅安第' || n || '号商行', '\\x00', int8send(n::bigint), %(now)s
from generate_series(1, %(parties)s) n
"""

_CASES = """
create temp table seed as
select *, duty <> '' as open,
    row_number() over (partition by duty <> '' order by case_no) - 1 as nth, count(*) over (partition by duty <> '') as many
from cases_case where holder_id is null;
create temp table place as
select i.*, row_number() over (partition by item_id order by i.id) - 1 as nth, count(*) over (partition by item_id) as many
from catalogue_implementation i;
create temp table grown as
select m.n, s.case_no as seed, p.task_code || to_char(m.received_at at time zone 'PRC', 'YYYYMMDD') || (1000 + m.n %% 9000) as case_no,
    s.version_id, p.id as implementation_id, p.organ_id, p.division_code, m.received_at,
    m.first_party + (m.n * 7919) %% %(parties)s as party_id,
    s.due_at + (m.received_at - s.received_at) as due_at,
    s.ended_at + (m.received_at - s.received_at) as ended_at
from (
    select n, n > %(ended)s as open, (select min(id) from people_party where name like '雅安第%%') as first_party,
        case when n > %(ended)s then %(now)s - (%(cases)s - n) * interval '10 days' / %(open)s
             else %(now)s - interval '10 days' - (%(ended)s - n) * interval '1085 days' / %(ended)s end as received_at
    from generate_series(1::bigint, %(cases)s) n
) m
join seed s on s.open = m.open and s.nth = m.n %% s.many
join catalogue_implementation here on here.id = s.implementation_id
join place p on p.item_id = here.item_id and p.nth = m.n / 16 %% p.many;
insert into cases_case (case_no, query_code, implementation_id, version_id, organ_id, division_code, party_id,
    state, stage, duty, position, received_at, due_at, ended_at, language)
select g.case_no, 'B' || lpad(g.n::text, 8, '0'), g.implementation_id, g.version_id, g.organ_id, g.division_code, g.party_id,
    s.state || jsonb_build_object('case_no', g.case_no, 'organ', g.organ_id, 'division', g.division_code,
        'applicant', g.party_id, 'received_at', g.received_at)
    || case when s.stage = 'handling' then jsonb_build_object('promised_due', g.due_at) else '{}' end,
    s.stage, s.duty, s.position, g.received_at, g.due_at, g.ended_at, s.language
from grown g join cases_case s on s.case_no = g.seed order by g.n;
"""

# Histories, forms and files of the open cases and of a tenth of the others.
_BESIDE = """
delete from grown where n <= %(ended)s and n %% 10 <> 0;
insert into record_event (tx, stream_kind, stream_id, position, kind, facts, salt, leaf, by, at)
select e.tx, e.stream_kind, g.case_no, e.position, e.kind, e.facts, e.salt, e.leaf, e.by, e.at
from grown g join record_event e on e.stream_kind = 'case' and e.stream_id = g.seed order by g.n, e.position;
insert into cases_form (case_id, situation, answers, digest)
select g.case_no, f.situation, f.answers, f.digest from grown g join cases_form f on f.case_id = g.seed;
insert into cases_upload (id, case_id, party_id, material, round, name, media_type, size, digest, uploaded_by_id, uploaded_at)
select gen_random_uuid(), g.case_no, g.party_id, u.material, u.round, u.name, u.media_type, u.size, u.digest,
    u.uploaded_by_id, u.uploaded_at
from grown g join cases_upload u on u.case_id = g.seed where g.n > %(ended)s;
drop table grown, seed, place;
"""


def _grow(now: datetime) -> None:
    """All of it in the database itself; then vacuumed and analysed as it would be over the years."""
    from django.db import connection

    numbers = {"cases": CASES, "open": OPEN, "ended": CASES - OPEN, "parties": PARTIES, "now": now}
    with connection.cursor() as cursor:
        cursor.execute("alter system set max_wal_size = '8GB'")
        cursor.execute("select pg_reload_conf()")
        cursor.execute("set synchronous_commit = off")
        cursor.execute("set session_replication_role = replica")  # the rows refer to what is there
        cursor.execute("set maintenance_work_mem = '512MB'")
        with _without_indexes(cursor):
            for statement in filter(str.strip, (_PARTIES + ";\n" + _CASES + _BESIDE).split(";\n")):
                cursor.execute(_inlined(statement, numbers))
        cursor.execute("reset all")
        cursor.execute("vacuum analyze")
        cursor.execute("checkpoint")  # what was seeded is written out before anything is timed


_INDEXES = """
select indexname, indexdef from pg_indexes
where tablename = 'cases_case' and indexname not in (select conname from pg_constraint)
"""


@contextmanager
def _without_indexes(cursor) -> Iterator[None]:
    """The indexes of the cases are built once, after the rows."""
    cursor.execute(_INDEXES)
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f'drop index "{name}"')
    yield
    for _, definition in indexes:
        cursor.execute(definition)


def _inlined(statement: str, numbers: dict) -> str:
    """Figures written into the statement: utility statements take no parameters."""
    from psycopg import sql

    return statement % {name: sql.Literal(value).as_string() for name, value in numbers.items()}
