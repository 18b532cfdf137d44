"""A daemon with a calendar server whose process dies at a chosen moment of a booking. `calling.py FOLDER URL DIES`

DIES: `put` (the event is on the server, nothing of it is in the database yet), `booked` (the booking is committed, no
calendar knows it), or `never`. Prints how many calls are booked.
"""

import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from commsvc.adapters.caldav import CaldavCalendars
from commsvc.app import App
from commsvc.domain.call.invitation import State
from tests.stories.world import ADA, DANA, DOWN, MONDAY, World

PEOPLE = (DANA, "jon@kestrel.example", "kenji@kestrel.example")


class Dying(CaldavCalendars):
    """Dies by SIGKILL before, or after, the first event is written."""

    moment = "never"

    def put(self, address: str, uid: str, calendar: str) -> None:
        if self.moment == "booked":
            os.kill(os.getpid(), signal.SIGKILL)
        super().put(address, uid, calendar)
        if self.moment == "put":
            os.kill(os.getpid(), signal.SIGKILL)


def main(folder: Path, url: str, dies: str) -> None:
    fresh = not (folder / "commsvc.db").exists()
    world = World(folder, start=MONDAY if fresh else MONDAY + timedelta(minutes=6))
    calendar = Dying({p: f"{url}{p.partition('@')[0]}/" for p in PEOPLE}, {}, "support", "secret")
    usual = world.app
    world.app = App(usual.desk, usual.reader, world.sender, calendar, (world.mailbox,))
    world.app.start(world.now)
    if fresh:
        world.receives(DOWN, ADA)
        calendar.moment = dies
        world.answers(DANA, "SEV 1 seen with a test order", "assignment")
    calendar.moment = dies
    world.tick()
    sys.stdout.write(str(sum(c.state is State.BOOKED for c in world.store.calls.of(world.case()))))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
