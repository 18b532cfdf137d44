"""The runs that are meant for real servers do what they say: here against the doubles, and without a setting they fail by its name."""

import os
import subprocess
import sys
from pathlib import Path

from tests.servers.ews.server import PASSWORD, Ews
from tests.servers.ews.store import SERVER

ROOT = Path(__file__).parents[2]


def live(file: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", str(ROOT / "tests" / "live" / file)]
    return subprocess.run(command, env=os.environ | environment, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_run_against_an_exchange_server(ews: Ews) -> None:
    told = {"URL": ews.url, "MAILBOX": "support@support.test", "USER": "support@support.test", "PASSWORD": PASSWORD,
            "AUTH": "basic", "ACCESS": "delegate", "SERVERS": SERVER}  # fmt: skip
    done = live("exchange_server.py", **{f"COMMSVC_LIVE_EXCHANGE_{name}": value for name, value in told.items()})
    assert done.returncode == 0, done.stdout


def test_what_is_not_set_is_named() -> None:
    done = live("exchange_server.py", COMMSVC_LIVE_EXCHANGE_URL="")
    assert done.returncode == 1
    assert "is not set: see tests/live/README.md" in done.stdout
