"""The daemon's timetable: what happens how often. `python scheduler.py` and `commsvc run` are the same.

Due times live in the database; a tick asks it what is due. So nothing here is missed by a restart, and
a tick that fails leaves its work for the next one.
"""

import sys
from pathlib import Path

from schedule import Scheduler

from commsvc.daemon import Daemon, running


def timetable(daemon: Daemon) -> Scheduler:
    """Every second the ticks; every ten seconds a look at rules and people; every minute the ledger of all mail;
    every hour what has been kept for its time.
    """
    times = Scheduler()
    times.every(1).seconds.do(daemon.tick)
    times.every(10).seconds.do(daemon.reload)
    times.every(1).minutes.do(daemon.audit)
    times.every(1).hours.do(daemon.retain)
    return times


def main(folder: str = ".") -> None:
    """Run the installation in `folder` until somebody stops it."""
    with running(Path(folder)) as daemon:
        times = timetable(daemon)
        while not daemon.stopping.is_set():
            times.run_pending()
            if daemon.rest(min(max(times.idle_seconds or 1.0, 0.05), 1.0)):
                daemon.tick()


if __name__ == "__main__":
    main(*sys.argv[1:2])
