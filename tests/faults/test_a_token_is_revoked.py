"""An administrator takes the app's sign-in away and gives it back: intake pauses, says so within two minutes, and loses nothing."""

import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from commsvc.adapters.graph import GraphMailbox
from commsvc.clock import now
from commsvc.domain.letter.switches import Scope, Switch
from commsvc.watching import Watcher
from tests.contract.graphs import SUPPORT, session
from tests.contract.mailbox import mail
from tests.servers.graph.server import Graph
from tests.stories.world import World

PATIENCE = 120
OPERATOR = "operator@kestrel.example"


def until(come_to_pass: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not come_to_pass():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_it_is_shown_in_time_and_nothing_is_lost_or_doubled(tmp_path, graph: Graph) -> None:
    world = World(tmp_path)
    with world.store.transaction():
        world.store.records.turn(Switch(Scope.ALL, "", live=True), world.now)
    stopping, troubles = threading.Event(), dict[str, str]()

    def show(source: str, said: str) -> None:
        troubles[source] = said
        with world.store.transaction():
            world.store.records.trouble(source, said, now())

    watcher = Watcher(world.store, world.app.intake, stopping, lambda: None, show)
    box = GraphMailbox("online", session(graph), poll=0.05)

    def taken_in() -> list[tuple[str, int]]:
        with sqlite3.connect(tmp_path / "commsvc.db") as db:
            rows = db.execute("SELECT body, COUNT(*) FROM raw_mail WHERE mailbox = 'online' GROUP BY body").fetchall()
        return sorted((bytes(body).partition(b"number ")[2].partition(b"\r")[0].decode(), n) for body, n in rows)

    graph.deliver(SUPPORT, mail(1))
    watcher.start({"online": lambda live: box})
    until(lambda: taken_in() == [("1", 1)])

    graph.issuer.revoke()
    graph.deliver(SUPPORT, mail(2))
    until(lambda: "the app is disabled" in troubles.get("mailbox online", ""))
    for minute in (1, 2, 3):
        world.app.audit(now() + timedelta(minutes=minute))
    world.app.tick(now() + timedelta(minutes=2))
    assert world.sent(OPERATOR).count(f"service_alarm → {OPERATOR}") == 1
    assert "the app is disabled" in " ".join(world.text("service_alarm", OPERATOR).split())
    asked = graph.issuer.asked
    time.sleep(1)
    assert graph.issuer.asked - asked <= 1
    assert taken_in() == [("1", 1)]

    graph.issuer.refusal = ""
    graph.deliver(SUPPORT, mail(3))
    until(lambda: taken_in() == [("1", 1), ("2", 1), ("3", 1)])
    until(lambda: troubles["mailbox online"] == "")
    until(lambda: all(m.categories == ["commsvc"] for m in graph.box(SUPPORT).in_folder("inbox")))
    stopping.set()
    assert not any("canary" in said for said in troubles.values())
