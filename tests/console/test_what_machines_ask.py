"""`/health` and `/metrics`: without a sign-in, and without a word of a customer."""

import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from commsvc.console.web import create
from tests.stories.world import ADA, World


@pytest.fixture
def http(world: World) -> TestClient:
    return TestClient(create(world.app.desk, lambda: world.now, lambda: None, None))


def sample(http: TestClient, name: str) -> dict[str, float]:
    """The values of one metric by their labels."""
    lines = [x for x in http.get("/metrics").text.splitlines() if x.startswith((f"{name} ", f"{name}{{"))]
    return {x.rpartition(" ")[0].removeprefix(name): float(x.rpartition(" ")[2]) for x in lines}


def test_a_service_at_work_is_well(http: TestClient, world: World) -> None:
    answer = http.get("/health")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json() == {"status": "ok", "reasons": {}}


def test_what_is_not_well_is_counted_by_its_reason(http: TestClient, world: World) -> None:
    with world.store.transaction():
        world.store.records.trouble("mailbox support", "refuses the sign-in", world.now)
    world.mailbox.put(b"", world.now, ())
    world.forward(minutes=20)
    answer = http.get("/health")
    assert answer.status_code == 200, "starting it anew would not help"
    assert answer.json()["status"] == "degraded"
    assert answer.json()["reasons"]["standing troubles"] == 1
    assert answer.json()["reasons"]["promises late"] >= 1
    assert sample(http, "commsvc_trouble_seconds") == {'{source="mailbox support"}': 1200.0}
    assert sample(http, "commsvc_degraded")['{reason="standing troubles"}'] == 1


def test_a_daemon_that_stands_still_is_unavailable(http: TestClient, world: World) -> None:
    with world.store.transaction():
        world.store.signs.leave("tick", world.now)
    assert http.get("/health").status_code == 200
    world.now += timedelta(minutes=4)
    assert (http.get("/health").status_code, sample(http, "commsvc_tick_age_seconds")) == (503, {"": 240.0})


def test_mails_letters_and_promises_are_measured(http: TestClient, world: World) -> None:
    with world.store.transaction():
        world.store.signs.leave("mailbox support", world.now - timedelta(seconds=30))
    assert sample(http, "commsvc_mails") == {'{state="recorded"}': 1.0}
    assert sample(http, "commsvc_mailbox_lag_seconds") == {'{mailbox="support"}': 30.0}
    assert sample(http, "commsvc_mailbox_last_mail_timestamp_seconds") == {
        '{mailbox="support"}': (world.now - timedelta(minutes=3)).timestamp()
    }
    assert sample(http, "commsvc_letters")['{state="sent"}'] >= 1
    assert sample(http, "commsvc_promises_open")[""] >= 2
    assert sample(http, "commsvc_disk_free_bytes")[""] > 0


def test_no_word_of_a_customer_is_in_it(http: TestClient, world: World) -> None:
    world.forward(minutes=30)
    case = world.store.cases.get(1)
    said = (http.get("/metrics").text + http.get("/health").text).lower()
    for word in (ADA, "nimbus", case.subject, "web order", case.owner):
        assert word.lower() not in said


def test_a_browser_that_is_not_signed_in_is_asked_to(http: TestClient) -> None:
    answer = http.get("/health", headers={"Accept": "text/html,*/*;q=0.8"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/health")


def test_the_page_shows_the_same(dana, world: World) -> None:
    page = dana.read("/health")
    assert "Mail coming in" in page
    assert re.search(r"<strong>support</strong> last mail", page)
