"""Same inputs, same version, same clock: the same plans byte for byte, in whatever order sets happen to be walked."""

import os
import subprocess
import sys
from pathlib import Path

WORLDS = Path(__file__).parents[1] / "acceptance/worlds"


def tried(world, seed):
    done = subprocess.run(
        [sys.executable, "-m", "commsvc", "try", str(world), "--world", str(world), "--json"],
        env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True,
    )  # fmt: skip
    return done.stdout


def test_two_processes_plan_the_same_mails_alike():
    for world in sorted(p for p in WORLDS.iterdir() if p.is_dir()):
        first = tried(world, "0")
        assert first.count(b"\n") > 20
        assert first == tried(world, "4711")
