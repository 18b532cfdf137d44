"""Thirty days of many cases: every promise is kept, late or ended on the record, none missing; nobody is told twice.

`make test` lives a few cases; COMMSVC_PROVE=1 lives fifty.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.simulation.days import Days
from tests.simulation.verifier import faults

CASES, DAYS = (50, 30) if os.environ.get("COMMSVC_PROVE") else (3, 30)


def found(days: Days) -> list[str]:
    return faults(days.world.store.db, days.mailboxes, days.downs, days.world.now)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Days:
    days = Days(Path(tmp_path_factory.mktemp("days")), CASES, DAYS, seed=3)
    days.live()
    return days


def test_every_promise_is_kept_late_or_ended_on_the_record(lived: Days) -> None:
    assert "\n".join(found(lived)) == ""


def test_enough_happened(lived: Days) -> None:
    states = lived.world.store.db.execute_sql(
        "SELECT state, COUNT(*) FROM promise WHERE subject_kind = 'case' GROUP BY state"
    )
    counted = dict(states.fetchall())
    assert {"kept", "no longer owed"} <= set(counted)
    assert sum(counted.values()) > 5 * CASES
    assert len(lived.mailboxes) > 10 * CASES


PLANTED: dict[str, str] = {
    "ended in silence": "UPDATE promise SET state = 'no longer owed', settled_at = due_at WHERE id = (SELECT MAX(id) FROM promise"
    " WHERE state LIKE 'kept%' AND kind = 'next_update')",
    "no letter came": "UPDATE promise SET settled_at = settled_at - 3600000000 WHERE id = (SELECT MAX(id) FROM promise"
    " WHERE state LIKE 'kept%' AND kind = 'next_update')",
    "and nothing says so": "UPDATE promise SET state = 'open' WHERE id = (SELECT MIN(id) FROM promise WHERE state = 'kept' AND kind = 'first_human')",
    "was made in silence": "DELETE FROM timeline WHERE what = 'promised'",
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(lived: Days, fault: str) -> None:
    db = lived.world.store.db
    with db.atomic() as planted:
        db.execute_sql(PLANTED[fault])
        assert any(fault in line for line in found(lived))
        planted.rollback()


def again(days: Days) -> None:
    days.mailboxes.append(days.mailboxes[-1])


def burst(days: Days) -> None:
    last = next(m for m in reversed(days.mailboxes) if not m.to.endswith("@kestrel.example"))
    days.mailboxes += [last] * 2


@pytest.mark.parametrize(("plant", "fault"), [(again, "2 times"), (burst, "3 letters")])
def test_a_letter_too_many_is_found(lived: Days, plant: Callable[[Days], None], fault: str) -> None:
    kept = list(lived.mailboxes)
    plant(lived)
    try:
        assert any(fault in line for line in found(lived))
    finally:
        lived.mailboxes[:] = kept
