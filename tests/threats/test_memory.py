"""T15: the daemon's own memory stays small, whatever the children read.

Measured in a process of its own, as the high-water mark of its resident memory.
"""

import os
import subprocess
import sys
from pathlib import Path

_HOUSE = """
import random, sys
from pathlib import Path
from commsvc.adapters.reading import PooledReader
from commsvc.flow.triage import Triage
from tests.stories.world import ADA, DOWN, SUPPORT, World

def peak():
    return int(next(l for l in open("/proc/self/status") if l.startswith("VmHWM")).split()[1]) / 1024

def forget():
    with open("/proc/self/clear_refs", "w") as f:
        f.write("5")

def handle(raws):
    for raw in raws:
        world.mailbox.put(raw, world.now, (SUPPORT,))
    world.tick()

world = World(Path(sys.argv[1]))
reader = PooledReader()
world.app._triage = Triage(world.app.desk, reader, None)
handle([f"From: {ADA}\\r\\nMessage-ID: <warm>\\r\\nSubject: a\\r\\n\\r\\n{DOWN}".encode()])
"""
_LARGE = """
import base64
head = f"From: {ADA}\\r\\nMessage-ID: <large>\\r\\nSubject: b\\r\\nContent-Type: application/zip; name=a.zip\\r\\nContent-Transfer-Encoding: base64\\r\\n\\r\\n"
raw = head.encode() + base64.encodebytes(bytes(random.Random(1).randbytes(18_300_000)))
assert 24_500_000 < len(raw) < 25 * 1024 * 1024
forget()
before = peak()
handle([raw])
print(peak() - before)
assert world.store.inbox.ledger().get("new", 0) == 0 and not world.store.inbox.quarantined()
"""
_FUZZ = """
from tests.domain.mail.test_reading_never_fails import SAMPLES, _mutated
chance, raws = random.Random(20261125), [p.read_bytes() for p in SAMPLES]
read = {"good": 0}
def batch():
    found = reader.read([_mutated(chance.choice(raws), chance) for _ in range(99)] + [b"From: a@b.example\\n\\nAll well?"])
    assert len(found) == 100 and found[-1].reply_text == "All well?"
for _ in range(10):
    batch()
forget()
before = peak()
for _ in range(int(sys.argv[2]) // 100):
    batch()
print(peak() - before)
"""


def grown(body: str, folder: Path, *arguments: str) -> float:
    """By how many MiB the process grew."""
    done = subprocess.run([sys.executable, "-c", f"{_HOUSE}{body}\nreader.close()\n", str(folder), *arguments],
                          capture_output=True, text=True, timeout=1800, check=False, cwd=Path(__file__).parents[2])  # fmt: skip
    assert done.returncode == 0, done.stderr
    return float(done.stdout.splitlines()[-1])


def test_a_mail_of_25_mb_adds_less_than_150_mb(tmp_path: Path) -> None:
    assert grown(_LARGE, tmp_path) < 150


def test_memory_is_flat_over_mutated_mails(tmp_path: Path) -> None:
    mutations = "60000" if os.environ.get("COMMSVC_PROVE") else "6000"
    assert grown(_FUZZ, tmp_path, mutations) < 16
