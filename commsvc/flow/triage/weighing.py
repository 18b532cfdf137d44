"""Read one mail with all that surrounds it, judge it, and plan for it. Looks things up; the domain decides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from commsvc.desk import Desk
from commsvc.domain.case.case import Case, Stage
from commsvc.domain.case.circumstances import Writer, circumstances, with_more
from commsvc.domain.case.facts import Reading, read, wording
from commsvc.domain.case.known import known
from commsvc.domain.case.match import Match
from commsvc.domain.case.plan import Around, Past, Plan, plan
from commsvc.domain.case.verdict import Verdict, judge
from commsvc.domain.mail.arrival import RawMail
from commsvc.domain.mail.authentic import Authenticity
from commsvc.domain.mail.mail import Mail
from commsvc.domain.playbook.lexicon import Hit
from commsvc.domain.playbook.rules import Playbook
from commsvc.domain.promise.promise import Subject
from commsvc.flow.triage.opening import Sender

_RECENT = 20


@dataclass(frozen=True)
class Weighed:
    """What was found about one mail, for whoever watches: the facts, the verdict, the plan."""

    mail: Mail
    sender: Sender
    reading: Reading
    verdict: Verdict
    plan: Plan
    found: Match
    rules: Playbook
    """The version it was judged by."""


Witness = Callable[[RawMail, Weighed], None]
"""Is shown each mail when it has been weighed: `try` prints it."""


def open_cases(desk: Desk, sender: Sender) -> Sequence[Case]:
    """The open cases of the sender's account, newest first."""
    return desk.store.cases.open_of(sender.account_id, _RECENT) if sender.account_id else ()


@dataclass(frozen=True)
class Weigher:
    """Weighs mails by one version of the rules: the one in force for the account, or that of the case a mail joins."""

    desk: Desk
    rules: Playbook

    def weigh(
        self, mail: Mail, sender: Sender, found: Match, received_at: datetime, *, on_behalf: bool = False
    ) -> Weighed:
        """The facts, the verdict and the plan. `found`: the case it belongs to by proof or by the duplicate rule."""
        reading = self._read(mail, sender, received_at)
        verdict = judge(reading, self.rules)
        planned = self._plan(mail, sender, reading, verdict, found, received_at=received_at, on_behalf=on_behalf)
        return Weighed(mail, sender, reading, verdict, planned, found, self.rules)

    def _read(self, mail: Mail, sender: Sender, received_at: datetime) -> Reading:
        """The facts of a mail, and those around it."""
        phrases = self.rules.phrases
        told = phrases.lexicon.told(wording(mail))
        reading = read(mail, phrases, told)
        others = {a.address for a in (*mail.to, *mail.cc)} - {mail.sender.address}
        contacts = sender.account.contacts if sender.account else ()
        writer = Writer(sender.account, sender.contact, tuple(c for c in contacts if c.address in others))
        more = circumstances(mail, reading, writer, received_at, told)
        more += self._suspicions(mail, sender, reading)
        return self._again(sender, with_more(reading, more), received_at)

    def _plan(self, mail: Mail, sender: Sender, reading: Reading, verdict: Verdict, found: Match, *,
              received_at: datetime, on_behalf: bool) -> Plan:  # fmt: skip
        case = self.desk.store.cases.get(found.case_id) if found.why.joins and found.case_id is not None else None
        told_again = found.why.again
        account = sender.account
        text = wording(mail)
        issue = known(self.desk.known_issues, text, reading.area, account.region if account else "", received_at)
        around = Around(
            received_at, account, target=self._past(case) if case and not told_again else None,
            twin=case if told_again else None,
            open_cases=tuple(c for c in open_cases(self.desk, sender) if case is None or c.id != case.id),
            known_issue=f"{issue.ref}: {issue.title}" if issue and account else "", on_behalf=on_behalf,
            may_answer=not mail.no_answer,
        )  # fmt: skip
        return plan(reading, verdict, around, self.rules)

    def _past(self, case: Case) -> Past:
        if case.stage is not Stage.RESOLVED:
            return Past(case)
        entries = self.desk.store.records.timeline(Subject("case", case.id))
        return Past(case, max((e.at for e in entries if e.what == "resolved"), default=None))

    def _suspicions(self, mail: Mail, sender: Sender, reading: Reading) -> list[Hit]:
        extra = []
        if twin := self.desk.directory.lookalike(mail.sender.domain):
            extra.append(Hit("sender_lookalike", f"{mail.sender.domain} imitates {twin.domains[0]}"))
        if sender.proof is Authenticity.FAIL and "pressing" in reading.facts:
            extra.append(Hit("sender_forged_and_pressing", sender.proof.value))
        return extra

    def _again(self, sender: Sender, reading: Reading, received_at: datetime) -> Reading:
        """Had the account a case of the same area, resolved within the time that makes it a recurrence?

        Who writes "again" and names no area means the last one.
        """
        if not sender.account_id or not (reading.area or "recurrence" in reading.facts):
            return reading
        window = self.rules.timelines.recurrence_window.length
        for case in self.desk.store.cases.resolved_of(sender.account_id, _RECENT):
            if reading.area not in ("", case.area):
                continue
            at = self._past(case).resolved_at
            if at and received_at - at <= window:
                hit = Hit("recent_same_area", f"{case.ref} was resolved on {at:%Y-%m-%d}")
                return replace(with_more(reading, [hit]), area=case.area)
        return reading
