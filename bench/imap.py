"""Mails per second out of a Dovecot, ours beside what others do, on loopback and through a round trip of 5 ms.

    python bench/imap.py [--mails 2000] [--repeats 3] [--seed 7]

Every side takes the same mails from a real Dovecot and marks them with a keyword; each takes its turn in every
repeat, in the reverse order every other time, from a mailbox where nothing is marked. Commands are counted on the
wire. One FETCH and one STORE for each mail is how django-helpdesk reads a mailbox; through the round trip those
sides take a tenth of the mails, or they would not end.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import mails as corpus
from imapclient import IMAPClient

from commsvc.adapters.imap import ImapMailbox
from commsvc.adapters.store.store import connect
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.road import Road

BATCH, ROUND_TRIP = 200, 0.005
KEYWORD = "$commsvc"


def ours(port: int, user: str, count: int) -> int:
    """The adapter: batches bounded by bytes, each marked at once."""
    mailbox, taken, after = _mailbox(port, user), 0, ""
    while taken < count and (found := mailbox.fetch(after, BATCH)):
        mailbox.filed([a.uid for a in found])
        taken, after = taken + len(found), found[-1].uid
    mailbox.close()
    return taken


def stored(port: int, user: str, count: int) -> int:
    """The same with every batch committed, on disk, before it is marked."""
    folder = Path(tempfile.mkdtemp(prefix="bench-imap-"))
    store, mailbox, taken, after = connect(str(folder / "db")), _mailbox(port, user), 0, ""
    while taken < count and (found := mailbox.fetch(after, BATCH)):
        with store.transaction():
            store.inbox.add(found, datetime.now(UTC))
        mailbox.filed([a.uid for a in found])
        taken, after = taken + len(found), found[-1].uid
    mailbox.close()
    store.close()
    shutil.rmtree(folder)
    return taken


def batches(port: int, user: str, count: int) -> int:
    """imapclient alone: a FETCH for 200 mails, a STORE for them."""
    with _client(port, user) as client:
        uids = client.search(["UNKEYWORD", KEYWORD])[:count]
        taken = 0
        for n in range(0, len(uids), BATCH):
            taken += len(client.fetch(uids[n : n + BATCH], ["BODY.PEEK[]", "INTERNALDATE"]))
            client.add_flags(uids[n : n + BATCH], [KEYWORD], silent=True)
    return taken


def fetched_each(port: int, user: str, count: int) -> int:
    """imapclient, one FETCH for each mail, nothing marked."""
    with _client(port, user) as client:
        return sum(len(client.fetch([uid], ["BODY.PEEK[]"])) for uid in client.search("ALL")[:count])


def each(port: int, user: str, count: int) -> int:
    """imapclient, one FETCH and one STORE for each mail."""
    with _client(port, user) as client:
        taken = 0
        for uid in client.search(["UNKEYWORD", KEYWORD])[:count]:
            taken += len(client.fetch([uid], ["BODY.PEEK[]"]))
            client.add_flags([uid], [KEYWORD], silent=True)
    return taken


SIDES: dict[str, Callable[[int, str, int], int]] = {
    "ours": ours, "ours, to durable rows": stored, "imapclient in batches of 200": batches,
    "one FETCH each": fetched_each, "one FETCH and STORE each": each,
}  # fmt: skip
ONE_BY_ONE = (fetched_each, each)


def _mailbox(port: int, user: str) -> ImapMailbox:
    return ImapMailbox("bench", "127.0.0.1", port, user, PASSWORD, tls="none")


def _client(port: int, user: str) -> IMAPClient:
    client = IMAPClient("127.0.0.1", port, ssl=False)
    client.login(user, PASSWORD)
    client.select_folder("INBOX")
    return client


class Box:
    """The mailbox, put back to where nothing is marked."""

    def __init__(self, dovecot: Dovecot, raws: Sequence[bytes]) -> None:
        self.user, self._dovecot = dovecot.new_user(), dovecot
        dovecot.deliver(self.user, raws[0])  # the folder is made by who owns it
        new = dovecot.maildir(self.user) / "new"
        for file in dovecot.files(self.user):
            file.unlink()
        for n, raw in enumerate(raws):
            (new / f"{1_700_000_000 + n}.M{n}P1.bench").write_bytes(raw.replace(b"\r\n", b"\n"))
            shutil.chown(new / f"{1_700_000_000 + n}.M{n}P1.bench", new.owner(), new.group())
        self.unmark()

    def unmark(self) -> None:
        with _client(self._dovecot.imap_port, self.user) as client:
            client.remove_flags("1:*", [KEYWORD], silent=True)


def _turn(
    box: Box, dovecot: Dovecot, side: Callable[[int, str, int], int], delay: float, count: int
) -> tuple[float, float, int, int]:
    """Mails a second, the client's own milliseconds on the processor a mail, FETCH commands and STORE commands."""
    box.unmark()
    count = count // 10 if delay and side in ONE_BY_ONE else count
    with Road(dovecot.imap_port, delay) as road:
        started, busy = time.perf_counter(), time.thread_time()
        taken = side(road.port if delay else dovecot.imap_port, box.user, count)
        took, busy = time.perf_counter() - started, time.thread_time() - busy
        if taken != count:
            raise SystemExit(f"{side.__name__} took {taken} of {count} mails")
        return count / took, 1000 * busy / count, road.asked.count(b" FETCH "), road.asked.count(b" STORE ")


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--mails", type=int, default=2000)
    words.add_argument("--repeats", type=int, default=3)
    words.add_argument("--seed", type=int, default=7)
    said = words.parse_args()
    raws = [m.raw for m in corpus.mails(said.mails, said.seed)]
    with Dovecot() as dovecot:
        box = Box(dovecot, raws)
        for delay, road in ((0.0, "on loopback"), (ROUND_TRIP / 2, "through a round trip of 5 ms")):
            rates, cpu, asked = defaultdict(list), defaultdict(list), {}
            for repeat in range(said.repeats):
                order = list(SIDES.items())[:: -1 if repeat % 2 else 1]
                for name, side in order:
                    rate, busy, *asked[name] = _turn(box, dovecot, side, delay, said.mails)
                    rates[name].append(rate)
                    cpu[name].append(busy)
            _print(road, rates, cpu, asked if delay else {})


def _print(road: str, rates: dict[str, list[float]], cpu: dict[str, list[float]], asked: dict[str, list[int]]) -> None:
    print(
        f"\n{road}\n\n| | mails/s | (min - max) | ours is x | CPU ms a mail | FETCH | STORE |\n|---|---|---|---|---|---|---|"
    )
    for name in SIDES:
        x = statistics.median(a / b for a, b in zip(rates["ours"], rates[name], strict=True))
        fetch, store = asked.get(name, ["", ""])
        print(f"| {name} | {statistics.median(rates[name]):,.0f} | ({min(rates[name]):,.0f} - {max(rates[name]):,.0f}) "
              f"| {x:.2f} | {statistics.median(cpu[name]):.2f} | {fetch} | {store} |")  # fmt: skip


if __name__ == "__main__":
    main()
