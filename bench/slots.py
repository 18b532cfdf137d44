"""Free time of several people: ours beside the naive grid and beside interval intersection as cal.com does it.

    .venv/bin/python bench/slots.py [--repeats 7]

Each person has 200 busy intervals in 14 days and works 09:00 to 17:00 in a zone of their own; wanted is half an hour on the
quarter of an hour. All sides must find the same starts, or the script stops. cal.com's shape (working ranges less busy ones,
then intersected user by user, on two sorted lists) runs once in Python on plain datetimes and, where node is installed, once
in JavaScript on dayjs objects as theirs does. Ours starts from the same datetimes; nothing is kept between runs.
"""

import argparse
import json
import random
import shutil
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from commsvc.domain.call.slots import QUARTER, Busy, Search, common
from commsvc.domain.playbook.span import Clock
from commsvc.domain.promise.worktime import WorkCalendar, windows

START, END, HALF = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 12, 7, tzinfo=UTC), timedelta(minutes=30)
ZONES = ("Europe/Berlin", "Europe/London", "Europe/Paris", "Europe/Madrid", "Europe/Helsinki")
PEERS = Path(__file__).parent / ".peers" / "dayjs"
SEARCH = Search(HALF, START, END, QUARTER)


def people(count: int, seed: int) -> list[tuple[list[tuple[datetime, datetime]], list[Busy]]]:
    """Working ranges and busy intervals of so many people, free often enough that something is found."""
    chance, found = random.Random(seed), []
    shared = [START + timedelta(minutes=5 * chance.randrange(14 * 288)) for _ in range(120)]
    for n in range(count):
        hours = []
        for opens, closes in windows(START, Clock.BUSINESS, WorkCalendar(ZONES[n % len(ZONES)])):
            if opens >= END:
                break
            hours.append((opens, closes))
        starts = [chance.choice(shared) + timedelta(minutes=5 * chance.randrange(4)) for _ in range(200)]
        found.append((hours, [Busy(s, s + timedelta(minutes=5 * chance.randrange(1, 4))) for s in sorted(starts)]))
    return found


def ours(team) -> list[datetime]:
    allowed = SEARCH.anywhere
    for hours, _ in team:
        allowed &= SEARCH.inside(hours)
    clashes = {str(n): SEARCH.clashes(busy) for n, (_, busy) in enumerate(team)}
    return [s.start for s in SEARCH.slots(common(clashes, allowed))]


def naive(team) -> list[datetime]:
    """Every start on the grid, every person, every interval, stopping at the first that is in the way."""
    found, at = [], START
    while at + HALF <= END:
        end = at + HALF
        if all(any(a <= at and end <= b for a, b in hours) and not any(b.start < end and at < b.end for b in busy)
               for hours, busy in team):  # fmt: skip
            found.append(at)
        at += QUARTER
    return found


def intersection(team) -> list[datetime]:
    """Working ranges less busy ones, intersected person by person with two pointers."""
    free = None
    for hours, busy in team:
        own = _less(hours, busy)
        free = own if free is None else _both(free, own)
        if not free:
            break
    found = []
    for start, end in free or ():
        at = start + (START - start) % QUARTER
        while at + HALF <= end:
            found.append(at)
            at += QUARTER
    return found


def _less(hours, busy):
    out = []
    for opens, closes in hours:
        at = opens
        for b in busy:
            if b.start < closes and b.end > opens:
                if b.start > at:
                    out.append((at, b.start))
                at = max(at, b.end)
        if closes > at:
            out.append((at, closes))
    return out


def _both(one, other):
    out, x, y = [], 0, 0
    while x < len(one) and y < len(other):
        start, end = max(one[x][0], other[y][0]), min(one[x][1], other[y][1])
        if start < end:
            out.append((start, end))
        if one[x][1] <= other[y][1]:
            x += 1
        else:
            y += 1
    return out


def dayjs(team, repeats: int) -> tuple[int, float] | None:
    """How many starts cal.com's shape finds in JavaScript on dayjs objects, and the median seconds; None without node."""
    if not shutil.which("node") or not shutil.which("npm"):
        return None
    PEERS.mkdir(parents=True, exist_ok=True)
    if not (PEERS / "node_modules/dayjs").is_dir():
        subprocess.run(["npm", "install", "--silent", "--prefix", str(PEERS), "dayjs@1"], check=True)
    minutes = lambda t: int((t - START).total_seconds() // 60)  # noqa: E731
    data = PEERS / "people.json"
    data.write_text(json.dumps([{"hours": [[minutes(a), minutes(b)] for a, b in hours],
                                 "busy": [[minutes(b.start), minutes(b.end)] for b in busy]} for hours, busy in team]))  # fmt: skip
    script = Path(__file__).parent / "peers" / "intervals.cjs"
    found = subprocess.run(
        ["node", str(script), str(PEERS), str(data), str(repeats)], check=True, capture_output=True, text=True
    )
    return tuple(json.loads(found.stdout))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--repeats", type=int, default=7)
    repeats = options.parse_args().repeats
    print(
        "| people | starts | ours ms | naive grid | by naive x | intersection, Python | by x | intersection, dayjs | by x |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for count in (10, 50):
        team, sides = people(count, count), (ours, naive, intersection)
        if len({tuple(side(team)) for side in sides}) != 1:
            sys.exit("the sides do not find the same starts")
        took = {side: [] for side in sides}
        for n in range(repeats):
            for side in sides if n % 2 else reversed(sides):
                begin = time.process_time()
                side(team)
                took[side].append((time.process_time() - begin) * 1000)
        ms = {side: statistics.median(times) for side, times in took.items()}
        js = dayjs(team, repeats)
        if js and js[0] != len(ours(team)):
            sys.exit(f"dayjs finds {js[0]} starts")
        last = f"{js[1] * 1000:.1f} | {js[1] * 1000 / ms[ours]:.0f}" if js else "no node | "
        print(f"| {count} | {len(ours(team))} | {ms[ours]:.2f} | {ms[naive]:.1f} | {ms[naive] / ms[ours]:.0f} | "
              f"{ms[intersection]:.1f} | {ms[intersection] / ms[ours]:.0f} | {last} |")  # fmt: skip
    team = people(500, 5)
    begin = time.process_time()
    ours(team)
    print(f"\n500 people: {(time.process_time() - begin) * 1000:.0f} ms of CPU")


if __name__ == "__main__":
    main()
