"""The playbook as people read it: who does what when, in sentences made from the rules themselves."""

from collections.abc import Iterator
from dataclasses import dataclass

from commsvc.domain.playbook.approvers import in_words
from commsvc.domain.playbook.changes import spoken
from commsvc.domain.playbook.rules import Chain, Playbook, Step
from commsvc.domain.playbook.words import Action, Kind, Segment, Severity

OWED = {
    Kind.RECEIPT: "a receipt", Kind.OWNER_ACK: "the owner's word that they have it", Kind.FIRST_HUMAN: "the first answer by a person",
    Kind.NEXT_UPDATE: "the next update", Kind.APPROVAL: "an approval", Kind.CALL: "a call", Kind.HANDOFF: "the answer to an offered case",
}  # fmt: skip
_DEEDS = {
    Action.DRAFT_UPDATE: "the update is drafted", Action.HOLDING_STATEMENT: "the pre-approved holding statement goes, if no hold forbids it",
    Action.REASSIGN_TO_BACKUP: "the backup becomes the owner", Action.MISSED_COMMITMENT: "an apology is drafted",
    Action.DRAFT_AGAIN: "the letter is drafted again", Action.ASK_FACTS: "the owner is asked what is new",
    Action.OFFER_NEXT: "the case is offered to the next in line",
}  # fmt: skip
_WAYS = {"mail": "by mail", "page+mail": "by page and mail", "call": "by phone"}


@dataclass(frozen=True, slots=True)
class Pace:
    """How soon we speak at one severity, by segment, in words."""

    severity: Severity
    first_answer: tuple[str, ...]
    update: tuple[str, ...]


def paces(playbook: Playbook) -> tuple[tuple[Segment, ...], tuple[Pace, ...]]:
    """The segments that are columns, and a row for each severity."""
    segments = tuple(s for s in Segment if s.tier is s)
    return segments, tuple(
        Pace(level, tuple(spoken(playbook.first_human(level, s)) for s in segments),
             tuple(spoken(playbook.update(level, s)) for s in segments))
        for level in Severity
    )  # fmt: skip


def always(playbook: Playbook) -> Iterator[str]:
    """What holds for every case."""
    times, guard = playbook.timelines, playbook.guardrails
    yield f"A receipt goes within {spoken(times.receipt)}, and its owner says “I have it” within {spoken(times.owner_ack)}."
    yield f"A case that is resolved opens again when the customer writes within {spoken(times.reopen_window)}."
    yield f"After a solution is proposed we ask again in {spoken(times.ask_again)}, {times.ask_most} times before the owner phones; nothing is closed on silence."
    yield f"Nobody owns more than {playbook.ownership.capacity} open cases."
    silent = ", ".join(h.value for h in guard.holds_that_silence)
    yield f"While there is a {silent} hold, nothing automatic is said beyond the fixed receipts."
    yield (f"Automation writes at most {guard.max_automated_per_contact_per_day} letters a day to one person and "
           f"{guard.max_automated_per_domain_per_day} to one company's domain.")  # fmt: skip
    yield f"A letter that was approved waits {guard.undo_hold_seconds} seconds, in which it can be taken back."


def limits(playbook: Playbook) -> Iterator[tuple[Severity, str]]:
    """What automation and approvers may take, severity by severity."""
    guard, chains = playbook.guardrails, playbook.chains
    for level in Severity:
        yield (
            level,
            (
                f"an approver has {spoken(chains.approval_limit[level])}, an offered colleague {spoken(chains.handoff_limit[level])}; "
                f"“I have it” without a next step keeps warnings away for {spoken(chains.ack_lasts[level])}; at most "
                f"{guard.max_consecutive_automated[level]} automatic letters in a row and {guard.max_automated_per_case_per_day[level]} a day"
            ),
        )


def steps(chain: Chain) -> Iterator[str]:
    """A chain, step by step, and what comes after its end."""
    yield from (_step(step) for step in chain.steps)
    if chain.repeat:
        yield f"after that: the same people again, every {spoken(chain.repeat)}, until it is kept"


def _step(step: Step) -> str:
    told = f"{' and '.join(map(_role, step.to))}, {_WAYS[step.via]}" if step.to else ""
    deed = _DEEDS[step.action] if step.action else ""
    sooner = f" ({_when(step.mail_only)} where only mail reaches people)" if step.mail_only else ""
    return f"{_when(step.at)}{sooner}: {'; '.join(filter(None, (told, deed)))}"


def _when(at: str) -> str:
    if at.endswith("%"):
        share = int(at[:-1])
        return "when it is due" if share == 100 else f"at {share} % of the time" + (", late" if share > 100 else "")
    minutes = at.strip("+m")
    return "at once" if minutes == "0" else f"after {minutes} minutes"


def _role(role: str) -> str:
    return role.replace("_", " ")


def approver(said: str) -> str:
    """Who approves, in words."""
    return "goes by itself" if said == "auto" else in_words(said)
