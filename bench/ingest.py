"""Mails per second from raw bytes to a stored escalation, ours beside others' on the same mails.

    python bench/ingest.py [--mails 500] [--repeats 3] [--seed 7] [--skip-peers]

One table from one run. Every side gets the same generated mails in a fresh store on disk, commits
durably (SQLite, WAL, synchronous=FULL), and takes its turn in every repeat, in the reverse order
every other time, so that what else the machine does hits them alike. Timed is the work alone, in a
process of its own: no start-up, no making of stores. No mail leaves. Read the ratios, not the
absolute figures. The peers are installed into bench/.peers; one that cannot be is named and left out.

  ours                raw row, parse, match, facts, severity, owner, promises, wishes for letters
  ours, pool          the same with mails read in two child processes, as the daemon does
  roundup             its mail gateway, classic tracker, every sender a known user
  django-helpdesk     its process_email over a folder
  reference           the pipeline in ../shared/perf: the same steps without a product around them

A second table has the first station alone, from raw bytes to durable rows, beside the store step of the reference.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import mails

HERE = Path(__file__).resolve().parent
PEERS, DATA = HERE / ".peers", HERE / ".data" / "ingest"
PIPELINE = HERE.parents[1] / "shared" / "perf"


@dataclass
class Side:
    """One row of the table. `pristine` is the store that each of its turns starts from a copy of."""

    name: str
    python: str
    script: str
    more: tuple[str, ...] = ()
    pristine: Path | None = None
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    stored: dict[str, int] = field(default_factory=dict)

    def call(self, *arguments: str | Path) -> str:
        done = subprocess.run(
            [self.python, HERE / "peers" / self.script, *arguments], check=False, capture_output=True, text=True
        )
        if done.returncode:
            raise SystemExit(f"{self.name} gave up:\n{done.stderr}")
        return done.stdout

    def turn(self, folder: Path, count: int) -> None:
        """Do all the mails once, from a fresh store."""
        home = DATA / "home"
        shutil.rmtree(home, ignore_errors=True)
        if self.pristine:
            shutil.copytree(self.pristine, home)
        else:
            home.mkdir()
        result = json.loads(self.call("run", home, folder, *self.more).splitlines()[-1])
        self.rates.append(count / result["seconds"])
        self.cpu.append(result["cpu"] / count * 1000)
        self.stored = result["stored"]


def write(count: int, seed: int) -> Path:
    """Generate the mails and the list of the people who wrote them."""
    folder = DATA / "mails"
    shutil.rmtree(DATA, ignore_errors=True)
    folder.mkdir(parents=True)
    for number, mail in enumerate(mails.mails(count, seed)):
        (folder / f"{number:06}.eml").write_bytes(mail.raw)
    people = "".join(f"{p.name}\t{p.address}\t{p.company}\n" for p in mails.people(seed))
    (folder / "people.tsv").write_text(people, encoding="utf-8")
    return folder


def peer(name: str, script: str, wanted: Sequence[str], folder: Path) -> Side | None:
    """Install a peer on its own and make its pristine store; None where it cannot be installed."""
    home = PEERS / name
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
    install = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *wanted]
    done = subprocess.run(install, check=False, capture_output=True, text=True)
    if done.returncode:
        print(f"{name} cannot be installed here: {done.stderr.strip().splitlines()[-1]}")
        return None
    side = Side(name, str(python), script, pristine=DATA / f"pristine-{name}")
    side.call("prepare", side.pristine, folder)
    return side


def sides(folder: Path, skip_peers: bool) -> list[Side]:
    found = [Side("ours", sys.executable, "ours.py"), Side("ours, pool", sys.executable, "ours.py", ("pool",))]
    if not skip_peers:
        found += filter(None, [
            peer("roundup", "roundup_gateway.py", ["roundup==2.6.0"], folder),
            peer("django-helpdesk", "helpdesk_queue.py", ["django-helpdesk==2.6.1", "django>=5.2,<5.3"], folder),
        ])  # fmt: skip
    if PIPELINE.is_dir():
        found.append(Side("reference", sys.executable, "reference.py", (str(PIPELINE),)))
    else:
        print("the reference pipeline is not here: ../shared/perf is missing")
    return found


def durable() -> list[Side]:
    """What a mail costs until it is safe, and the rows of the reference for it; [] without the reference."""
    if not PIPELINE.is_dir():
        return []
    step = Side("reference, store step", sys.executable, "reference.py", (str(PIPELINE), "store"))
    return [Side("ours, raw to durable rows", sys.executable, "ours.py", ("accept",)), step]


def table(rows: Sequence[Side]) -> str:
    """One line a side; `ours is x` is the median of the ratios taken repeat by repeat."""
    own = rows[0]
    lines = [
        "| | mails/s | (min - max) | CPU ms a mail | ours is x | by CPU x | stored |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        ratio = statistics.median(a / b for a, b in zip(own.rates, row.rates, strict=True))
        by_cpu = statistics.median(b / a for a, b in zip(own.cpu, row.cpu, strict=True))
        lines.append(
            f"| {row.name} | {statistics.median(row.rates):,.1f} | ({min(row.rates):,.1f} - {max(row.rates):,.1f}) "
            f"| {statistics.median(row.cpu):.2f} | {ratio:.2f} | {by_cpu:.2f} "
            f"| {row.stored['mails']} mails, {row.stored['cases']} cases |"
        )
    return "\n".join(lines)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--mails", type=int, default=500)
    options.add_argument("--repeats", type=int, default=3)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--skip-peers", action="store_true")
    chosen = options.parse_args()
    folder = write(chosen.mails, chosen.seed)
    rows, first = sides(folder, chosen.skip_peers), durable()
    for repeat in range(chosen.repeats):
        for side in [*rows, *first][:: -1 if repeat % 2 else 1]:
            side.turn(folder, chosen.mails)
    size = statistics.mean(path.stat().st_size for path in folder.glob("*.eml"))
    print(f"{chosen.mails} mails of {size / 1000:.1f} kB on average, {chosen.repeats} repeats, seed {chosen.seed}\n")
    print(table(rows))
    if first:
        print(f"\n{table(first)}")


if __name__ == "__main__":
    main()
