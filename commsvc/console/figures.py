"""How well do we do? Every figure with how many it counts, beside what it did to the relationship, down to its cases."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import HTMLResponse, Response

from commsvc.adapters.charts import draw
from commsvc.console.sheet import Cell, sheet
from commsvc.console.viewer import READ, Reader, Viewer
from commsvc.desk.measuring import Measuring
from commsvc.domain.case.directory import Account
from commsvc.domain.learning.figures.account_risk import AMBER, RED, Light, light, points, score
from commsvc.domain.learning.figures.catalogue import FIGURES, PAIRS
from commsvc.domain.learning.figures.chart import chart
from commsvc.domain.learning.figures.figure import Figure, Known, Sample, Summary, Unit, hours, said, summary
from commsvc.domain.learning.figures.grouping import By, counted, index
from commsvc.domain.learning.figures.grouping import points as grouped
from commsvc.domain.learning.figures.past import CAME_AGAIN
from commsvc.domain.playbook.words import Segment, Severity

router = APIRouter()
LONGEST = 104
PERIODS = {4: "4 weeks", 12: "12 weeks", 26: "half a year", 52: "a year", LONGEST: "two years"}
MOST_CASES, MOST_ACCOUNTS = 40, 50
_FREE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""A picture brings its own style and nothing else."""
Word = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True)
class Asked:
    """Which cases are counted: those received in the last so many weeks, for which all conditions hold."""

    weeks: Annotated[int, Query(ge=1, le=LONGEST)] = 12
    severity: Literal["", "SEV1", "SEV2", "SEV3", "SEV4"] = ""
    segment: Literal["", "strategic", "enterprise", "growth", "standard", "partner"] = ""
    area: Word = ""

    def fits(self, known: Known) -> bool:
        past = known.past
        asked = ((self.severity, past.severity.value), (self.segment, past.segment.value), (self.area, past.area))
        return all(word in ("", has) for word, has in asked)

    @property
    def query(self) -> str:
        return urlencode({k: v for k, v in vars(self).items() if v})


Conditions = Annotated[Asked, Depends()]


@router.api_route("/figures", methods=READ)
def figures(viewer: Reader, asked: Conditions) -> HTMLResponse:
    """All figures, each speed beside how the customer fared."""
    every = _every(viewer, asked)
    knowns = [k for k in every if asked.fits(k)]
    groups = [(title, [(f, _of(f, knowns, viewer)) for f in map(FIGURES.__getitem__, names)]) for title, names in PAIRS]
    return viewer.page(
        "figures.html.j2", groups=groups, n=len(knowns), quality=index(knowns, viewer.now), asked=asked, said=said, hours=hours, periods=PERIODS,
        severities=tuple(Severity), segments=tuple(Segment), areas=sorted({k.past.area for k in every} - {""}),
    )  # fmt: skip


@router.api_route("/figures/accounts", methods=READ)
def accounts(viewer: Reader) -> HTMLResponse:
    """The accounts most likely to escalate, by what the last 90 days say."""
    return viewer.page("risks.html.j2", risks=_at_risk(viewer), red=RED, amber=AMBER)


@router.api_route("/figures.csv", methods=READ)
def as_sheet(viewer: Reader, asked: Conditions) -> Response:
    """All figures by week."""
    knowns = _asked(viewer, asked)
    rows = [(f.name, p.week.isoformat() if p.week else "", p.summary.n, p.summary.p50, p.summary.p90, p.summary.mean, p.summary.rate)
            for f in FIGURES.values() for p in grouped(f, knowns, By.WEEK, viewer.now)]  # fmt: skip
    return sheet("figures", ("figure", "week of", "n", "median", "90 of 100", "mean", "per cent"), rows)


@router.api_route("/figures/{name}.csv", methods=READ)
def cases_as_sheet(viewer: Reader, name: str, asked: Conditions) -> Response:
    """Everything that one figure counts."""
    figure, knowns = _figure(name), {k.past.case: k for k in _asked(viewer, asked)}
    rows = (_row(viewer, s, knowns[s.case]) for s in counted(figure, knowns.values(), viewer.now))
    head = ("case", "account", "name", "received (UTC)", "severity", "segment", "area", figure.unit.value, "target met")
    return sheet(f"figure-{figure.name}", head, rows)


@router.api_route("/figures/{name}/{by}.svg", methods=READ)
def picture(viewer: Reader, name: str, by: Literal["week", "severity", "segment", "area"], asked: Conditions,
            theme: Literal["light", "dark"] = "light") -> Response:  # fmt: skip
    """One figure, drawn."""
    figure, axis = _figure(name), By(by)
    drawn = draw(chart(figure, grouped(figure, _asked(viewer, asked), axis, viewer.now), axis), "svg", theme)
    return Response(drawn, media_type="image/svg+xml", headers={"Content-Security-Policy": _FREE})


@router.api_route("/figures/{name}", methods=READ)
def one(viewer: Reader, name: str, asked: Conditions) -> HTMLResponse:
    """One figure: over time, by severity, segment and area, and the cases that it counts."""
    figure, knowns = _figure(name), _asked(viewer, asked)
    samples = counted(figure, knowns, viewer.now)
    worst = sorted(samples, key=lambda s: _badness(figure, s), reverse=True)[:MOST_CASES]
    known = {k.past.case: k for k in knowns}
    return viewer.page(
        "figure.html.j2", figure=figure, whole=summary(figure.unit, samples), asked=asked, said=said, hours=hours, periods=PERIODS,
        trends=[(by, grouped(figure, knowns, by, viewer.now)) for by in By], between=_between(figure, samples),
        cases=[(s, known[s.case].past, viewer.desk.directory.account(known[s.case].past.account_id)) for s in worst],
        value=_value,
    )  # fmt: skip


def _every(viewer: Viewer, asked: Asked) -> list[Known]:
    return Measuring(viewer.desk).received(viewer.now - timedelta(weeks=asked.weeks), viewer.now, viewer.reads_as)


def _asked(viewer: Viewer, asked: Asked) -> list[Known]:
    return [k for k in _every(viewer, asked) if asked.fits(k)]


def _figure(name: str) -> Figure:
    if name not in FIGURES:
        raise HTTPException(404)
    return FIGURES[name]


def _of(figure: Figure, knowns: list[Known], viewer: Viewer) -> Summary:
    return summary(figure.unit, counted(figure, knowns, viewer.now))


def _badness(figure: Figure, sample: Sample) -> tuple[bool, float]:
    low_is_bad = figure.unit is not Unit.HOURS and figure.more_is_better
    return sample.met is False, -sample.value if low_is_bad else sample.value


def _between(figure: Figure, samples: list[Sample]) -> Mapping[str, Summary]:
    pairs = sorted({s.between for s in samples} - {""})
    return {p: summary(figure.unit, [s for s in samples if s.between == p]) for p in pairs}


def _at_risk(viewer: Viewer) -> list[tuple[Account, float, Light, str]]:
    """Accounts with their points, most first, and what speaks for them."""
    measuring, mine = Measuring(viewer.desk), defaultdict(list)
    for known in measuring.received(viewer.now - CAME_AGAIN, viewer.now, viewer.reads_as):
        mine[known.past.account_id].append(known)
    found = []
    for id, theirs in mine.items():
        if account := viewer.desk.directory.account(id):
            signs = measuring.signs(account, theirs, viewer.now)
            why = ", ".join(f"{name} {worth:.0f}" for name, worth in points(signs) if worth >= 1)
            found.append((account, score(signs), light(score(signs)), why))
    return sorted(found, key=lambda f: (-f[1], f[0].name))[:MOST_ACCOUNTS]


def _row(viewer: Viewer, sample: Sample, known: Known) -> tuple[Cell, ...]:
    past, account = known.past, viewer.desk.directory.account(known.past.account_id)
    met = "" if sample.met is None else "yes" if sample.met else "no"
    named = (f"ESC-{past.case}", past.account_id, account.name if account else "")
    placed = (past.severity.value, past.segment.value, past.area)
    return (*named, past.opened_at.isoformat(timespec="seconds"), *placed, sample.value, met)


def _value(figure: Figure, sample: Sample) -> str:
    if figure.unit is Unit.SHARE:
        return "yes" if sample.value else "no"
    return hours(sample.value) if figure.unit is Unit.HOURS else f"{sample.value:g}"
