"""Of what is the operator told, and under which key, so that nothing is told twice while it stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from commsvc.domain.health.silence import Silence
from commsvc.domain.health.vitals import Ill, Vitals, ills

PATIENCE = timedelta(minutes=1)
"""A trouble that is over by then is nobody's."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing to tell. The same `key` is the same thing."""

    key: str
    said: str


def alarms(vitals: Vitals, silences: Sequence[Silence]) -> Sequence[Alarm]:
    """What the operator has to know now."""
    return [*_troubles(vitals), *_silences(silences), *_disk(vitals)]


def _troubles(v: Vitals) -> Iterator[Alarm]:
    for t in v.troubles:
        if v.at - t.since >= PATIENCE:
            yield Alarm(
                f"{t.source}:{t.since:%Y%m%d%H%M%S}", f"{t.source}, since {t.since:%Y-%m-%d %H:%M} UTC: {t.said}"
            )


def _silences(silences: Sequence[Silence]) -> Iterator[Alarm]:
    for s in silences:
        yield Alarm(f"silence:{s.mailbox}:{s.since:%Y%m%d%H%M%S}", str(s))


def _disk(v: Vitals) -> Iterator[Alarm]:
    if Ill.DISK in ills(v) and v.free is not None:
        said = f"the disk of the record has {v.free // 1_000_000} MB left; when it is full no mail is taken in"
        yield Alarm(f"disk:{v.at:%Y%m%d}", said)
