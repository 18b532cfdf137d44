"""The demo without a browser: two days in simulated time, and a page that says what happened."""

import email
import email.policy
import re
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path

from commsvc.demo.cast import Cast
from commsvc.demo.stage import Stage
from commsvc.domain.letter.letter import State as LetterState
from commsvc.domain.promise.promise import State, Subject
from commsvc.errors import Trouble


class Script:
    """The mails that customers send by themselves: our four, and those of a folder, one a minute."""

    def __init__(self, stage: Stage, extra: Path | None) -> None:
        """`extra`: a folder of .eml files to feed in as well. Raises Trouble when it holds none."""
        self._stage = stage
        own = sorted(Path(str(files("commsvc.demo") / "data" / "mails")).glob("*.eml"))
        start = stage.clock.now()
        midnight = start.replace(hour=0, minute=0)
        self._waiting = [(midnight + timedelta(hours=int(p.name[:2]), minutes=int(p.name[2:4])), p) for p in own]
        theirs = sorted(extra.glob("*.eml")) if extra else []
        if extra and not theirs:
            raise Trouble(f"{extra} holds no .eml file")
        self._waiting += [(start + timedelta(minutes=10 + n), p) for n, p in enumerate(theirs)]

    def due(self, now: datetime) -> None:
        """Send what is due through SMTP, untouched but for its date."""
        for at, path in [w for w in self._waiting if w[0] <= now]:
            self._waiting.remove((at, path))
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.SMTP)
            self._stage.send_as_is(message, ["support@kestrel.example"])


def read_length(written: str) -> timedelta:
    """Read `2d`, `6h` or `45m`. Raises Trouble with the expected shape."""
    found = re.fullmatch(r"(\d{1,4})([dhm])", written)
    if not found:
        raise Trouble(f"expected a length such as 2d, 6h or 45m, not {written!r}")
    return timedelta(**{{"d": "days", "h": "hours", "m": "minutes"}[found[2]]: int(found[1])})


def play(
    folder: Path | None, length: timedelta, approve: bool, extra: Path | None, progress: Callable[[int], None]
) -> str:
    """Run the demo for `length` of simulated time; returns the one-page summary.

    `approve`: scripted people act; otherwise nobody does. `progress(minutes)` is told how far it is.
    """
    stage = Stage(folder or Path(tempfile.mkdtemp(prefix="commsvc-demo-")) / "demo")
    stage.open()
    try:
        script = Script(stage, extra)
        cast = Cast(stage.folder / stage.installation.config.post_office, stage.installation.directory, stage.send)

        def minute(now: datetime) -> None:
            script.due(now)
            if approve:
                cast.act(now)
            progress(1)

        stage.run_until(stage.clock.now() + length, minute)
        return summary(stage)
    finally:
        stage.close()


def summary(stage: Stage) -> str:
    """What happened, on one page: each case, what was promised and kept, who received what."""
    store = stage.store
    lines = [f"Simulated until {stage.clock.now():%a %d %b %Y, %H:%M} UTC", ""]
    for case in reversed(store.cases.listed()):
        subject = Subject("case", case.id)
        account = stage.installation.directory.account(case.account_id)
        promises = Counter(p.state for p in store.promises.of(subject))
        sent = [
            x for x in store.letters.of(subject) if x.wish.audience.value == "customer" and x.state is LetterState.SENT
        ]
        lines += [
            f"{case.ref} {account.name if account else 'unknown sender'}: {case.subject}",
            f"  {case.severity.value}{'' if case.confirmed else ' provisional'}, {case.stage.value}, owner {case.owner}",
            f"  promises: {promises[State.KEPT]} kept, {promises[State.LATE]} kept late, {promises[State.OPEN]} open",
            f"  to the customer: {', '.join(x.wish.letter for x in sent) or 'nothing'}",
        ]
    counts = Counter(
        {
            p.name: len(list(p.glob("new/*")) + list(p.glob("cur/*")))
            for p in sorted((stage.folder / "post").glob("*@*"))
        }
    )
    lines += ["", f"Mail delivered: {sum(counts.values())} to {len(counts)} people, in {stage.folder / 'post'}"]
    lines += [f"  {n:4d} {address}" for address, n in counts.most_common()]
    lines += [
        "",
        f"Letters in doubt: {len(store.letters.in_doubt())}. Mails set aside: {len(store.inbox.quarantined())}.",
    ]
    return "\n".join(lines)
