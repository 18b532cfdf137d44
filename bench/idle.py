"""What the daemon costs while nothing happens: processor and memory, with mailboxes that IDLE on a real Dovecot.

    python bench/idle.py [--mailboxes 20] [--seconds 120]

The daemon is the one that operators start, with the processes it keeps. Measured after half a minute of settling, from
/proc: time on the processor over time on the clock, and memory as the share of each process (PSS).
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from commsvc.shipped import write_installation
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.process import free_port

SETTLE = 30
BOX = '\n[[imap]]\nname = "box{n}"\nhost = "127.0.0.1"\nport = {port}\nuser = "{user}"\npassword_env = "BOX"\ntls = "none"\n'


def processes(first: int) -> list[int]:
    """A process and all that came from it."""
    found, looked = [first], 0
    while looked < len(found):
        children = Path(f"/proc/{found[looked]}/task/{found[looked]}/children").read_text().split()
        found += [int(child) for child in children]
        looked += 1
    return found


def spent(pids: list[int]) -> float:
    """Seconds on the processor."""
    ticks = 0
    for pid in pids:
        parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(parts[11]) + int(parts[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(pids: list[int]) -> float:
    """Megabytes."""
    lines = [line for pid in pids for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--mailboxes", type=int, default=20)
    words.add_argument("--seconds", type=int, default=120)
    said = words.parse_args()
    site = Path(tempfile.mkdtemp(prefix="bench-idle-")) / "site"
    write_installation(site)
    with Dovecot() as dovecot:
        config = (site / "config.toml").read_text().replace("8026", str(free_port())).replace("8025", str(free_port()))
        boxes = [BOX.format(n=n, port=dovecot.imap_port, user=dovecot.new_user()) for n in range(said.mailboxes)]
        (site / "config.toml").write_text(config + "".join(boxes))
        daemon = subprocess.Popen(
            [sys.executable, str(site / "scheduler.py"), str(site)], env=os.environ | {"BOX": PASSWORD}
        )
        try:
            time.sleep(SETTLE)
            before = spent(processes(daemon.pid))
            time.sleep(said.seconds)
            pids = processes(daemon.pid)
            share = (spent(pids) - before) / said.seconds
            print(f"{said.mailboxes} mailboxes: {share:.2%} of a core, {memory(pids):.0f} MB in {len(pids)} processes")
        finally:
            daemon.terminate()
            daemon.wait()


if __name__ == "__main__":
    main()
