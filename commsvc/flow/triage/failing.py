"""A rule that could not be evaluated is shown as a standing trouble, and in the timeline of the case it was asked about."""

from datetime import datetime

from commsvc.desk import Desk
from commsvc.domain.promise.promise import Subject
from commsvc.domain.promise.timeline import Entry
from commsvc.flow.triage.weighing import Weighed

FAILED = "rule "
"""What the source of such a trouble begins with; the id of the rule follows."""


def report_failed(desk: Desk, weighed: Weighed, subject: Subject | None, now: datetime) -> None:
    """Report each rule that failed on a mail. `subject`: the case of the mail, if it has one. Within a transaction."""
    for failed in weighed.verdict.failed:
        said = f"it could not be evaluated ({failed.why}): it is skipped, and the higher level is taken"
        desk.store.records.trouble(f"{FAILED}{failed.rule}", said, now)
        if subject is not None:
            desk.store.records.write(
                Entry(subject, now, "rule failed", said, rule=failed.rule, playbook=weighed.rules.digest)
            )
