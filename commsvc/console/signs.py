"""What machines ask: `/health` and `/metrics`. No sign-in, and no word of a customer.

Standards:  Prometheus text exposition format 0.0.4
"""

from collections.abc import Iterator

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from commsvc.console.viewer import READ, console_of
from commsvc.domain.health.vitals import Ill, Vitals, ills

router = APIRouter()
DOWN = 503


@router.api_route("/metrics", methods=READ)
def metrics(request: Request) -> Response:
    """Everything that can be counted, for Prometheus."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Signs(_look(request)))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)


def answer(request: Request) -> JSONResponse:
    """Is all well? 503 only when the daemon stands still: whatever else is ill, starting it anew would not help."""
    v = _look(request)
    found = ills(v)
    said = {"status": "degraded" if found else "ok", "reasons": {ill.value: n for ill, n in found.items()}}
    return JSONResponse(said, DOWN if Ill.TICK in found else 200)


def _look(request: Request) -> Vitals:
    console = console_of(request)
    return console.desk.store.signs.look(console.clock())


class _Signs(Collector):
    """One look, as Prometheus wants it."""

    def __init__(self, v: Vitals) -> None:
        self._v = v

    def collect(self) -> Iterator[Metric]:
        v, found = self._v, ills(self._v)
        yield GaugeMetricFamily("commsvc_mails_seen", "Mails ever taken in", v.seen)
        yield _by("commsvc_mails", "Mails by what became of them", "state", dict(v.mails))
        yield _by("commsvc_letters", "Letters by state", "state", dict(v.letters))
        yield GaugeMetricFamily("commsvc_outbox", "Letters on their way out", v.outbox)
        yield GaugeMetricFamily("commsvc_letters_uncertain", "Letters perhaps sent: a person decides", v.uncertain)
        yield GaugeMetricFamily(
            "commsvc_mails_set_aside_last_day", "Mails set aside in the last day", v.fresh_quarantine
        )
        yield GaugeMetricFamily("commsvc_promises_open", "Promises owed", v.open_promises)
        yield GaugeMetricFamily("commsvc_promises_late", "Promises owed and late", v.late_promises)
        came = {m.name: m.last_mail_at.timestamp() for m in v.mailboxes if m.last_mail_at}
        yield _by("commsvc_mailbox_last_mail_timestamp_seconds", "When a mail last came in", "mailbox", came)
        lags = {m.name: lag.total_seconds() for m in v.mailboxes if (lag := m.lag(v.at)) is not None}
        yield _by("commsvc_mailbox_lag_seconds", "Since when the mailbox was not read to its end", "mailbox", lags)
        since = {t.source: (v.at - t.since).total_seconds() for t in v.troubles}
        yield _by("commsvc_trouble_seconds", "For how long a trouble has stood", "source", since)
        yield _by("commsvc_degraded", "How much of this is not well", "reason", {i.value: found.get(i, 0) for i in Ill})
        if v.tick_age is not None:
            yield GaugeMetricFamily(
                "commsvc_tick_age_seconds", "Since the daemon's last sign", v.tick_age.total_seconds()
            )
        if v.free is not None:
            yield GaugeMetricFamily("commsvc_disk_free_bytes", "Free on the disk of the record", v.free)


def _by(name: str, said: str, label: str, values: dict[str, float]) -> Metric:
    family = GaugeMetricFamily(name, said, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family
