"""A database that is away: 503 with words, /readyz red, and everything goes on when it is back, without a restart."""

import httpx
import pytest

from tests.house import House, until

pytestmark = pytest.mark.xdist_group("house")


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
