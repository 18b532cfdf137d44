"""What automation has said lately, counted by case, person, company and account."""

from datetime import datetime, timedelta

from peewee import fn

from commsvc.adapters.store.rows import Given, Statement, Tables, us
from commsvc.domain.letter.letter import Audience, State
from commsvc.domain.letter.situation import Counts
from commsvc.domain.promise.promise import Subject

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_A_ROW = 20
"""No limit on letters in a row is longer."""


class Counting:
    """The counts that the caps of guardrails.toml look at, in two questions."""

    def __init__(self, tables: Tables) -> None:
        t, e, db, given = tables.letter, tables.escalation, tables.db, Given
        mine = (t.subject_kind == given("kind")) & (t.subject_id == given("subject"))
        sent = (t.audience == Audience.CUSTOMER.value) & (t.state == State.SENT.value)
        newest = t.select(t.rule).where(mine & sent).order_by(t.sent_at.desc(), t.id.desc()).limit(_A_ROW)
        self._row = Statement(db, newest)
        today = sent & (t.rule == "auto") & (t.sent_at > given("day"))
        hour = sent & (t.rule == "auto") & (t.sent_at > given("hour"))
        to, domain = t.recipient == given("to"), t.recipient ** given("domain")
        account = e.select(e.account_id).where(e.id == given("subject"))
        theirs = (t.subject_kind == "case") & t.subject_id.in_(
            e.select(e.id).where((e.account_id == account) & (e.account_id != ""))
        )
        kinds = (mine & today, to & today, to & hour, domain & today, theirs & hour)
        self._each = [Statement(db, t.select(fn.COUNT(t.id).alias("n")).where(k)) for k in kinds]

    def of(self, subject: Subject, to: str, now: datetime) -> Counts:
        """The counts for one letter to this person about this subject."""
        values = {"kind": subject.kind, "subject": subject.id, "to": to, "domain": "%@" + to.rpartition("@")[2],
                  "day": us(now - _DAY), "hour": us(now - _HOUR)}  # fmt: skip
        rules = [r["rule"] for r in self._row.rows(**values)]
        in_a_row = next((n for n, rule in enumerate(rules) if rule != "auto"), len(rules))
        return Counts(in_a_row, *(int(each.rows(**values)[0]["n"]) for each in self._each))
