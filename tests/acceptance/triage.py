"""Score a folder of mails with sidecars: `python -m tests.acceptance.triage DIR [--shuffle SEED] [--json]`.

Reads what `commsvc try --world DIR --json` prints, and nothing else of the program. One line a miss,
then the totals; exit code 0 when every hard field is right and nine soft ones in ten are.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.acceptance.score import Check, compare, swapped

SOFT_ENOUGH = 0.9
SUMMARY = "mails {mails}: hard {hard_mails} whole, {hard} of {hard_all} fields; soft {soft} of {soft_all}"


def main() -> int:
    asked = _arguments()
    lines = printed(asked.folder, asked.shuffle)
    checks = score(asked.folder, lines)
    totals = total(checks)
    missed = [str(c) for c in checks if not c.right]
    if asked.json:
        missed = [json.dumps({**totals, "missed": missed}, ensure_ascii=False)]
    else:
        missed.append(SUMMARY.format(**totals))
    sys.stdout.write("\n".join(missed) + "\n")
    return 0 if totals["passed"] else 1


def printed(folder: Path, seed: str | None = None) -> list[dict[str, Any]]:
    """What the command prints for every mail of the folder, in its order."""
    command = [sys.executable, "-m", "commsvc", "try", str(folder), "--world", str(folder), "--json"]
    ran = subprocess.run(
        [*command, *(["--shuffle", seed] if seed else [])], capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise SystemExit(f"`commsvc try` failed: {ran.stderr.strip()}")
    return [json.loads(line) for line in ran.stdout.splitlines()]


def score(folder: Path, lines: list[dict[str, Any]]) -> list[Check]:
    """Every field of every sidecar of the folder against the printed lines."""
    found = [json.loads(p.read_text()) for p in sorted(folder.glob("[!_]*.json"))]
    sidecars = {s["file"]: s for s in found}
    order = [line["file"] for line in lines]
    if doubled := {f for f in order if order.count(f) > 1}:
        raise SystemExit(f"printed more than once: {sorted(doubled)}")
    by_file = {line["file"]: line for line in lines}
    return [c for f, s in swapped(sidecars, order).items() for c in compare(s, by_file.get(f))]


def total(checks: list[Check]) -> dict[str, Any]:
    hard, soft = [c for c in checks if c.hard], [c for c in checks if not c.hard]
    wrong = {c.file for c in hard if not c.right}
    mails = {c.file for c in checks}
    right = sum(c.right for c in soft)
    return {
        "mails": len(mails), "hard_mails": len(mails - wrong), "hard": sum(c.right for c in hard),
        "hard_all": len(hard), "soft": right, "soft_all": len(soft),
        "passed": bool(mails) and not wrong and right >= SOFT_ENOUGH * len(soft),
    }  # fmt: skip


def _arguments() -> argparse.Namespace:
    words = argparse.ArgumentParser(prog="tests.acceptance.triage", description=__doc__)
    words.add_argument("folder", type=Path)
    words.add_argument("--shuffle", metavar="SEED")
    words.add_argument("--json", action="store_true")
    return words.parse_args()


if __name__ == "__main__":
    sys.exit(main())
