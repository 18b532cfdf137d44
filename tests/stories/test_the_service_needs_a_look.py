"""Whatever stands wrong with the service itself reaches its operator, once; and that it lives reaches somebody outside."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from commsvc.app import App
from tests.stories.world import ADA, World

OPERATOR = "operator@kestrel.example"
REFUSED = "mailbox support at imap.example refuses the sign-in of support"


@pytest.fixture
def world(tmp_path) -> World:
    return watching(World(tmp_path))


def watching(world: World) -> World:
    """The silence of its mailbox matters."""
    world.app = App(world.app.desk, world.app.reader, world.sender, world.calendar, (world.mailbox,),
                    watched=frozenset({"support"}))  # fmt: skip
    return world


def minutes(world: World, count: int, each: Callable[[], object] = lambda: None) -> None:
    """Time as the daemon lives it: ticks, and a look after itself every minute."""
    for _ in range(count):
        each()
        world.forward(minutes=1)
        world.app.audit(world.now)
    world.tick()


def told(world: World) -> list[str]:
    return [x for x in world.sent(OPERATOR) if x.startswith(("service_alarm", "heartbeat"))]


def trouble(world: World, said: str) -> None:
    with world.store.transaction():
        world.store.records.trouble("mailbox support", said, world.now)


def test_a_mailbox_that_cannot_be_read_is_told_within_two_minutes_and_once(world: World) -> None:
    trouble(world, REFUSED)
    minutes(world, 2)
    assert told(world) == [f"service_alarm → {OPERATOR}"]
    assert f"mailbox support, since 2026-11-23 14:02 UTC: {REFUSED}" in world.text("service_alarm", OPERATOR)
    minutes(world, 60, lambda: trouble(world, f"{REFUSED} again"))
    assert len(told(world)) == 1


def test_after_it_was_well_a_new_trouble_is_told_anew(world: World) -> None:
    trouble(world, REFUSED)
    minutes(world, 3)
    trouble(world, "")
    minutes(world, 3)
    trouble(world, REFUSED)
    minutes(world, 3)
    assert len(told(world)) == 2


def test_what_is_over_in_a_minute_is_nobodys(world: World) -> None:
    trouble(world, "lost for a moment")
    world.forward(minutes=0.5)
    world.app.audit(world.now)
    trouble(world, "")
    minutes(world, 3)
    assert told(world) == []


def test_where_a_pager_reaches_the_operator_the_alarm_goes_there(world: World) -> None:
    paged: list[tuple[str, str]] = []

    class Pager:
        def reaches(self, address: str) -> bool:
            return address == OPERATOR

        def page(self, address: str, _title: str, text: str) -> None:
            paged.append((address, text))

    world.app = App(world.app.desk, world.app.reader, world.sender, world.calendar, (world.mailbox,), pager=Pager())
    trouble(world, REFUSED)
    minutes(world, 5)
    assert [address for address, _ in paged] == [OPERATOR]
    assert REFUSED in paged[0][1]
    assert told(world) == [], "not by the mail, which may be what is broken"


def test_silence_that_is_longer_than_usual_is_told_once(tmp_path) -> None:
    """For two weeks a mail comes every half an hour in working time; then none."""
    world = watching(World(tmp_path, start=datetime(2026, 11, 9, 9, tzinfo=UTC)))
    while world.now < datetime(2026, 11, 20, 17, tzinfo=UTC):
        if world.now.weekday() < 5 and 9 <= world.now.hour < 17:
            world.mailbox.put(f"From: {ADA}\r\nAuto-Submitted: auto-generated\r\n\r\nx\r\n".encode(), world.now, ())
            world.tick()
        world.now += timedelta(minutes=30)
    world.now = datetime(2026, 11, 23, 8, tzinfo=UTC)
    minutes(world, 90)
    assert told(world) == [], "a weekend and half an hour"
    minutes(world, 240)
    assert told(world) == [f"service_alarm → {OPERATOR}"]
    assert "mailbox support has had no mail for 1 h" in world.text("service_alarm", OPERATOR)


def test_a_sign_of_life_goes_out_once_in_each_stretch(world: World) -> None:
    quarter = timedelta(minutes=15)

    def beat() -> None:
        world.app.beat("watch@elsewhere.example", quarter, int(world.now.timestamp() // 900), world.now)

    minutes(world, 43, beat)
    assert world.sent("watch@elsewhere.example") == ["heartbeat → watch@elsewhere.example"] * 3
    assert "within 15 minutes" in world.text("heartbeat", "watch@elsewhere.example")
