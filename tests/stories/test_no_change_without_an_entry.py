"""No state changes without an entry that says so. The verifier reads the tables with its own SQL after every tick."""

from dataclasses import replace

import pytest

from commsvc.domain.playbook.words import Severity
from tests.stories.world import ADA, DANA, World

CASE = "stage, severity, confirmed, owner, backup, holds, restricted"
ENDS = ("sent", "came back", "refused by the receiving server", "stopped by a check", "perhaps sent", "no longer right")


class Verifier:
    """Remembers how each case and letter stood, and how many entries its case had."""

    def __init__(self, world: World) -> None:
        self._db = world.store.db
        self._seen, self._count = self._look()
        self.silent: list[str] = []

    def watch(self) -> None:
        """Note each thing that stands otherwise than before while its case has no entry more."""
        seen, count = self._look()
        for key, now in seen.items():
            before = self._seen.get(key)
            if now != before and count.get(key[1], 0) == self._count.get(key[1], 0):
                self.silent.append(f"{key[0]} of case {key[1]}: {before} became {now}")
        self._seen, self._count = seen, count

    def _look(self) -> tuple[dict[tuple[str, int], object], dict[int, int]]:
        rows = self._db.execute_sql(f"SELECT id, {CASE} FROM escalation").fetchall()
        seen: dict[tuple[str, int], object] = {("the row", r[0]): r[1:] for r in rows}
        marks = ", ".join(f"'{e}'" for e in ENDS)
        letters = self._db.execute_sql(
            "SELECT id, letter, subject_id, state FROM letter"
            f" WHERE subject_kind = 'case' AND audience = 'customer' AND state IN ({marks})"
        ).fetchall()
        seen |= {(f"letter {id} ({kind})", case): state for id, kind, case, state in letters}
        settled = self._db.execute_sql(
            "SELECT id, kind, subject_id, state FROM promise WHERE subject_kind = 'case' AND state <> 'open'"
        ).fetchall()
        seen |= {(f"promise {id} ({kind})", case): state for id, kind, case, state in settled}
        counts = self._db.execute_sql(
            "SELECT subject_id, COUNT(*) FROM timeline WHERE subject_kind = 'case' GROUP BY subject_id"
        ).fetchall()
        return seen, dict(counts)


@pytest.fixture
def watched(world: World, monkeypatch: pytest.MonkeyPatch) -> tuple[World, Verifier]:
    """A world that is looked at after every tick."""
    verifier, tick = Verifier(world), world.tick

    def looked_at() -> None:
        tick()
        verifier.watch()

    monkeypatch.setattr(world, "tick", looked_at)
    return world, verifier


def whole_life(world: World) -> None:
    """A case that goes through most of what can happen to one."""
    world.first_answered()
    world.answers(DANA, "SEV 1 confirmed by the logs", "assignment")
    world.answers(DANA, "FACT The queue was full", "assignment")
    world.receives("It is worse now, the tills are down too.", ADA, "Re: Orders")
    world.forward(hours=3)
    world.answers(DANA, "RESOLVE the queue was enlarged", "assignment")
    world.forward(hours=30)


def test_nothing_changes_in_silence(watched: tuple[World, Verifier]) -> None:
    world, verifier = watched
    whole_life(world)
    assert len(world.story()) > 20
    assert "\n".join(verifier.silent) == ""


def test_a_change_in_silence_is_found(watched: tuple[World, Verifier]) -> None:
    world, verifier = watched
    world.first_answered()
    with world.store.transaction():
        world.store.cases.save(replace(world.store.cases.get(1), severity=Severity.SEV3))
    verifier.watch()
    assert len(verifier.silent) == 1
    assert "'SEV1'" in verifier.silent[0]
    assert "'SEV3'" in verifier.silent[0]


def test_a_letter_that_ends_in_silence_is_found(watched: tuple[World, Verifier]) -> None:
    world, verifier = watched
    world.first_answered()
    world.store.db.execute_sql("UPDATE letter SET state = 'came back' WHERE audience = 'customer' AND state = 'sent'")
    verifier.watch()
    assert len(verifier.silent) == len(world.sent(ADA))
    assert all("sent became came back" in line for line in verifier.silent)
