"""kill -9 under load: what was acknowledged is there afterwards, whole and once; the record verifies.

And a database that is away: 503 with words, /readyz red, and everything goes on when it is back, without a restart.
"""

import json
import threading
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from django.db import connections, transaction

from tests import city
from tests.connectors.conftest import BODIES
from tests.connectors.organs import Organs
from tests.house import House, until
from tongban.connectors import actions as connectors
from tongban.people import actions as people_actions
from tongban.people.rules import Scope

CLIENTS = 6


@pytest.fixture
def in_the_house(house: House, django_db_blocker):
    """The tests' own process works on the house's database; afterwards on its own again."""
    link = connections["default"]
    own = dict(link.settings_dict)
    with django_db_blocker.unblock():
        link.close()
        link.settings_dict.update(
            NAME="tongban",
            HOST=str(house.postgres.get_postmaster_info().socket_dir),
            USER="postgres",
            PORT="",
        )
        yield
        link.close()
        link.settings_dict.clear()
        link.settings_dict.update(own)


def token(username: str, now: datetime) -> str:
    return people_actions.issue_token(
        account=city.caller(username, now).signed_in, scopes=[scope.value for scope in Scope], label="load",
        expires_at=now + timedelta(days=1), caller=city.caller("security_admin", now), at=now,
    )[1]  # fmt: skip


class Load:
    """Clients that claim, release and submit until told to stop; they remember what was acknowledged."""

    def __init__(self, house: House, bearer: str, owner: str, cases: list[str], drafts: list[str]) -> None:
        self.house, self.bearer, self.owner = house, bearer, owner
        self.cases, self.drafts = cases, drafts
        self.acknowledged: list[tuple[str, int]] = []  # (case, position) a 2xx answer named
        self.keys: dict[str, set[str]] = {}  # case numbers by the key they were answered under
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self._work, args=(n,)) for n in range(CLIENTS)]

    def __enter__(self) -> "Load":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *failure) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def _work(self, n: int) -> None:
        done = 0
        with httpx.Client(base_url=self.house.url, timeout=15) as client:
            while not self.stop.is_set():
                done += 1
                resource = "claim" if done % 2 else "release"
                self._send(client, f"/api/cases/{self.cases[n]}/{resource}", self.bearer, f"{n}-{done}")
                if done % 10 == 0 and (draft := self._draft()):
                    self._send(client, f"/api/drafts/{draft}/submission", self.owner, draft)

    def _draft(self) -> str | None:
        try:
            return self.drafts.pop()
        except IndexError:
            return None

    def _send(self, client: httpx.Client, path: str, bearer: str, key: str) -> None:
        """Until an answer comes, the same request with the same key."""
        headers = {"Authorization": f"Bearer {bearer}", "Idempotency-Key": key}
        while True:
            try:
                answer = client.post(path, json={}, headers=headers)
            except httpx.TransportError:
                if self.stop.wait(0.1):
                    return
                continue
            if answer.status_code < 300:
                told = answer.json()
                self.acknowledged.append((told["case_no"], told["position"]))
                self.keys.setdefault(key, set()).add(told["case_no"])
            if answer.status_code != 503:
                return
            if self.stop.wait(0.1):
                return


@pytest.mark.parametrize("victim", ["web", "postgres"])
def test_what_was_acknowledged_before_a_kill_is_on_the_record_after_it(house, in_the_house, victim):
    now = datetime.now(UTC)
    until(lambda: house.readiness() == 200)
    with transaction.atomic():
        cases = [city.received(now) for _ in range(CLIENTS)]
        drafts = [str(city.filled(now).pk) for _ in range(40)]
        bearer, owner = token("yucheng_clerk", now), token("wang_xiaomei", now)
    kill, start = {
        "web": (house.kill_web, house.start_web),
        "postgres": (house.kill_postgres, house.start_postgres),
    }[victim]
    with Load(house, bearer, owner, cases, list(drafts)) as load:
        until(lambda: len(load.acknowledged) > 60)
        kill()
        before = len(load.acknowledged)
        start()
        until(lambda: house.readiness() == 200)
        until(lambda: len(load.acknowledged) > before + 60)

    connections["default"].close()
    with house.link() as link:
        stored = set(link.execute("select stream_id, position from record_event where stream_kind = 'case'"))
        submitted = dict(link.execute("select id::text, case_id from cases_draft where case_id is not null"))
        serials = link.execute("select right(case_no, 4)::int from cases_case order by 1").fetchall()
    assert set(load.acknowledged) - stored == set()
    assert len(load.acknowledged) == len(set(load.acknowledged))
    assert {key: {submitted[key]} for key in load.keys if key in drafts} == {
        key: told for key, told in load.keys.items() if key in drafts
    }
    assert [serial for (serial,) in serials] == list(range(1, len(serials) + 1))


_WAITING = """
select (select count(*) from record_event) - (select count(*) from record_logentry)
     + (select count(*) from procrastinate_jobs where status in ('todo', 'doing'))
     + (select count(*) from connectors_message where accepted_at is null)
"""
_OWED = """
select count(*) from record_event e
left join cases_letter l on l.case_id = e.stream_id and l.position = e.position
where e.stream_kind = 'case' and e.kind in ('received', 'accepted', 'correction_noticed') and l.id is null
"""


def more_work() -> None:
    """Applications and messages enough that a worker is still at them when it is killed, however slow the killing."""
    kind, body = BODIES["social_insurance"]
    with transaction.atomic():
        for number in range(25):
            city.received(datetime.now(UTC))
            for _ in range(2):
                connectors.send(
                    receiver="social_insurance", kind=kind, subject=f"B{number % 5}", body=body, by="system:test",
                    at=datetime.now(UTC),
                )  # fmt: skip


@pytest.fixture
def organs(house, settings):
    """The simulated organs the house's worker finds in its directory."""
    made = Organs(house.folder, settings.CONNECTOR_KEY)
    yield made
    made.close()


def test_a_worker_killed_amid_its_work_seals_every_event_and_issues_every_letter_once(
    house, in_the_house, organs
):
    """Two kills, each while there is still work; then the record verifies from end to end.

    And every message reached the organ outside once, in order, whatever the worker had in its hands.
    """
    with house.link() as link:

        def number(sql: str) -> int:
            return link.execute(sql).fetchone()[0]

        for _ in range(2):
            more_work()
            issued = number("select count(*) from cases_letter")
            house.start_worker()
            until(lambda before=issued: number("select count(*) from cases_letter") > before + 2)
            house.kill_worker()
            assert number(_WAITING) > 0
        link.execute("update connectors_message set leased_until = now() where leased_until is not null")
        house.start_worker()
        until(lambda: number(_WAITING) == 0, seconds=90)
        house.kill_worker()
        assert number(_OWED) == 0
    taken = organs.report("social_insurance")["taken"]
    order = {subject: [number for other, number in taken if other == subject] for subject, _ in taken}
    assert order == {f"B{number}": list(range(1, 21)) for number in range(5)}
    report = house.tongban("record", "verify", "--json")
    assert report.returncode == 0, report.stdout + report.stderr
    assert json.loads(report.stdout)["problems"] == []


def test_pages_and_api_say_so_and_recover_without_a_restart(house: House):
    until(lambda: house.readiness() == 200)
    web = house.web.pid
    house.kill_postgres()
    until(lambda: house.readiness() == 503)
    page = httpx.get(f"{house.url}/", timeout=20)
    operation = httpx.get(f"{house.url}/api/cases", headers={"Authorization": "Bearer x"}, timeout=20)
    alive = httpx.get(f"{house.url}/livez", timeout=20)
    house.start_postgres()
    until(lambda: house.readiness() == 200)
    answers = [httpx.get(f"{house.url}/", timeout=20).status_code for _ in range(20)]

    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert "系统暂时不可用" in page.text
    assert "Traceback" not in page.text
    assert operation.status_code == 503
    assert operation.headers["content-type"] == "application/problem+json"
    assert operation.json()["code"] == "unavailable"
    assert alive.status_code == 200
    assert answers == [200] * 20
    assert (house.web.pid, house.web.poll()) == (web, None)
