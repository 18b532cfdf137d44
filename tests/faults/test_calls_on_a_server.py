"""Calls on a real calendar server: booked by many at once, and by a daemon that dies in the middle of it.

What happened is read from the server alone.
"""

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import count, pairwise
from pathlib import Path

import caldav
import icalendar
import pytest

from commsvc.adapters.caldav import CaldavCalendars
from commsvc.domain.call.invitation import Call, State
from commsvc.domain.playbook.words import Severity
from commsvc.domain.promise.promise import Subject
from commsvc.flow.calls import Calls
from tests.contract.given import CASE
from tests.faults.planted.calling import PEOPLE
from tests.servers.radicale import Radicale
from tests.stories.world import ADA, DANA, ROOT, World

CASES, WORKERS = 20, 4
numbers = count(1)


@pytest.fixture(scope="module")
def radicale() -> Iterator[Radicale]:
    with Radicale() as server:
        yield server


@pytest.fixture
def url(radicale: Radicale) -> str:
    """Where each of our people has a calendar, empty."""
    home = radicale.url(f"h{next(numbers)}").rstrip("/")
    with client(radicale) as dav:
        for person in PEOPLE:
            assert dav.mkcalendar(f"{home}-{person.partition('@')[0]}/").status == 201
    return f"{home}-"


def client(server: Radicale) -> caldav.DAVClient:
    return caldav.DAVClient(server.url(""), username="support", password="secret")


def entries(server: Radicale, url: str, person: str) -> list[tuple[datetime, datetime, str]]:
    """The times of one person's events on the server, with their UIDs, in order."""
    with client(server) as dav:
        texts = [e.data for e in dav.calendar(url=f"{url}{person.partition('@')[0]}/").events()]
    found = [e for text in texts for e in icalendar.Calendar.from_ical(text).walk("VEVENT")]
    return sorted((e["DTSTART"].dt, e["DTEND"].dt, str(e["UID"])) for e in found)


def test_twenty_cases_that_need_the_same_people_at_once_get_a_time_each(radicale, url, tmp_path):
    world = World(tmp_path, rules=roomy(tmp_path))
    calendar = CaldavCalendars({p: f"{url}{p.partition('@')[0]}/" for p in PEOPLE}, {}, "support", "secret")
    with world.store.transaction():
        digest = world.rulebook.current().digest
        for n in range(1, CASES + 1):
            case = world.store.cases.open(replace(CASE, account_id="ACC-1008", contact=ADA, owner=DANA, backup="", area="integrations",
                                                  severity=Severity.SEV1, confirmed=True, playbook=digest))  # fmt: skip
            world.store.calls.want(Call(0, Subject("case", case.id), "sev1_bridge", f"esc-{n}@kestrel.example", 0, State.WANTED, (),
                                        wanted_at=world.now))  # fmt: skip
    together = threading.Barrier(WORKERS)

    def work() -> None:
        flow = Calls(world.app.desk, calendar)
        together.wait()
        while flow.run(world.now):
            pass

    workers = [threading.Thread(target=work) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=120)
    for person in PEOPLE:
        held = entries(radicale, url, person)
        assert len({uid for *_, uid in held}) == len(held) == CASES
        assert all(end <= start for (_, end, _), (start, _, _) in pairwise(held))


@pytest.mark.parametrize("dies", ["put", "booked"])
def test_a_daemon_that_dies_in_the_middle_books_nobody_twice_and_forgets_nobody(radicale, url, tmp_path, dies):
    assert daemon(tmp_path, url, dies).returncode == -9
    again = daemon(tmp_path, url, "never")
    assert (again.returncode, again.stdout) == (0, "1"), again.stderr[-2000:]
    for person in PEOPLE:
        assert len(entries(radicale, url, person)) == 1


def daemon(folder: Path, url: str, dies: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.faults.planted.calling", str(folder), url, dies]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def roomy(folder: Path) -> Path:
    """The shipped rules, with a bridge within two days, so that twenty fit."""
    rules = shutil.copytree(ROOT / "rules", folder / "rules")
    calls = rules / "calls.toml"
    calls.write_text(calls.read_text(encoding="utf-8").replace('within = "4h"', 'within = "2d"'), encoding="utf-8")
    return rules
