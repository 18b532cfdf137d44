"""One's deadlines and calls in one's own calendar program, at a secret address."""

import re
import sqlite3

import icalendar
import pytest

from commsvc.domain.promise.promise import State
from tests.console.conftest import ADA, Browser


@pytest.fixture
def address(dana):
    """The path of Dana's feed, as the page shows it once."""
    page = dana.send("/feed", "/feed").text
    found = re.search(r'value="http://[^/]+(/feed/[^"]+\.ics)"', page)
    assert found
    return found[1]


def events(browser, path):
    answer = browser.http.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    return icalendar.Calendar.from_ical(answer.text).walk("VEVENT"), answer.text


def test_it_holds_what_is_owed_and_nothing_of_the_customer(dana, world, address):
    stranger = Browser(world)
    found, text = events(stranger, address)
    owed = [p for p in world.store.promises.of(world.case()) if p.state is State.OPEN]
    assert sorted(e["DTEND"].dt for e in found) == sorted(p.due_at for p in owed)
    assert all(str(e["SUMMARY"]).startswith("ESC-1: ") for e in found)
    for theirs in ("Nimbus", ADA, "stores", "Adaeze", "Order sync"):
        assert theirs not in text


def test_a_booked_call_is_in_it(dana, world, address):
    dana.send("/cases/1", "/cases/1/sev", level="1", argument="seen with a test order")
    found, _ = events(dana, address)
    assert any("sev1 bridge" in str(e["SUMMARY"]) for e in found)


def test_a_new_address_ends_the_old_one_and_ending_ends_it(dana, world, address):
    again = re.search(r"(/feed/[^\"]+\.ics)", dana.send("/feed", "/feed").text)[1]
    assert dana.http.get(address).status_code == 404
    assert dana.http.get(again).status_code == 200
    dana.send("/feed", "/feed/end")
    assert dana.http.get(again).status_code == 404


def test_the_address_is_kept_as_a_hash_and_opens_nothing_else(dana, world, address, tmp_path):
    secret = address.rpartition("/")[2].removesuffix(".ics")
    with sqlite3.connect(tmp_path / "commsvc.db") as db:
        kept = "\n".join(db.iterdump())
    assert secret not in kept
    stranger = Browser(world)
    assert stranger.http.get("/cases/1").url.path == "/sign-in"
    for wrong in ("/feed/x.ics", "/feed/.ics", f"/feed/{secret}x.ics"):
        assert stranger.http.get(wrong).status_code == 404


def test_a_restricted_case_is_not_in_it(dana, world, address):
    with world.store.transaction():
        world.store.tables.escalation.update(restricted=1).execute()
    found, _ = events(dana, address)
    assert found == []
