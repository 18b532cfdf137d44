"""Send everything that is ready, until nothing is left: python sending.py DIR PORT SESSIONS

A daemon that does nothing else, to be killed in the middle of it. Its clock runs a minute a round, so that
what has to wait does not keep anybody waiting.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from commsvc.adapters.smtp import SmtpSender, SmtpSenders
from commsvc.domain.letter.letter import State
from commsvc.flow.delivery import Delivery
from tests.faults.outbox import desk_in

ANSWER_TIMEOUT = 0.2

if __name__ == "__main__":
    folder, port, sessions = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    desk = desk_in(folder)
    now = datetime.now(UTC)
    with desk.store.transaction():
        desk.store.free()
        desk.store.letters.recover(now)
    sender = SmtpSenders(
        [SmtpSender("127.0.0.1", port, tls="none", answer_timeout=ANSWER_TIMEOUT) for _ in range(sessions)]
    )
    while any(desk.store.letters.count(s) for s in (State.READY, State.SENDING, State.DOT)):
        Delivery(desk, sender, lanes=sessions).run(now)
        now += timedelta(minutes=1)
