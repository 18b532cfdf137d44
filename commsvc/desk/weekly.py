"""The slots of an executive's week: reads the cases of four weeks as they may, and what is open now."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from commsvc.desk.desk import Desk
from commsvc.desk.measuring import Measuring
from commsvc.domain.case.directory import Person
from commsvc.domain.case.reading import reads_as
from commsvc.domain.learning.briefing import bottom_line, lines
from commsvc.domain.learning.figures.account_risk import AMBER, points, score
from commsvc.domain.learning.figures.figure import Known
from commsvc.domain.learning.figures.past import CAME_AGAIN
from commsvc.domain.learning.weekly import Risk, headline, moved, rows, themes

_WEEK = timedelta(weeks=1)
_RISKS = 5
METHOD = "a case counts in the week it was received; times are medians; rates of fewer than five are not shown."


def week(desk: Desk, person: Person | None, now: datetime) -> Mapping[str, object]:
    """The week that ends now. Of cases that the reader may not see nothing is counted; how many are open is."""
    reader, zone = (reads_as(person), person.zone) if person else ("nobody", "UTC")
    quarter = Measuring(desk).received(now - CAME_AGAIN, now, reader)
    month = [k for k in quarter if k.past.opened_at > now - 4 * _WEEK]
    last = [k for k in month if k.past.opened_at > now - _WEEK]
    cases = desk.store.cases.all_open()
    shown, hidden = lines(cases, desk.directory, now), sum(1 for c in cases if c.restricted)
    severe = sum(1 for s in shown if s.severity in ("SEV1", "SEV2"))
    return {
        "week": f"{now.astimezone(ZoneInfo(zone)) - _WEEK:%V}", "headline": headline(len(last), len(shown) + hidden, severe),
        "bottom_line": bottom_line(shown, hidden), "figures": rows(last, month, now), "trend": moved(last, month, now),
        "accounts_at_risk": list(_risks(desk, quarter, now))[:_RISKS], "themes": themes(last), "shipped": [], "decisions": [],
        "recognition": [], "method": METHOD,
    }  # fmt: skip


def _risks(desk: Desk, knowns: list[Known], now: datetime) -> Iterator[Risk]:
    """The accounts to watch, those with most points first."""
    found = []
    for account in desk.directory.accounts:
        if theirs := [k for k in knowns if k.past.account_id == account.id]:
            signs = Measuring(desk).signs(account, theirs, now)
            found.append((score(signs), account, signs))
    for total, account, signs in sorted(found, key=lambda f: (-f[0], f[1].name)):
        if total >= AMBER:
            open_ = [c.ref for c in desk.store.cases.open_of(account.id) if not c.restricted]
            why = ", ".join(name for name, worth in points(signs) if worth >= 1)
            exposure = f"renewal on {account.renewal}" if account.renewal else "renewal not known"
            yield Risk(account.name, f"{total:.0f} points: {why}", exposure, ", ".join(open_) or "no case is open")
