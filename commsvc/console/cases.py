"""One case: its story on one side, what is owed on the other, and what can be done."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import HTMLResponse, Response

from commsvc.console.orders import About, clean, order, outcome
from commsvc.console.seen import Id, case_lines, case_of, kind_of
from commsvc.console.viewer import READ, Actor, Reader, Viewer
from commsvc.desk.alike import similar
from commsvc.domain.case.case import Case
from commsvc.domain.letter.approval import Verb
from commsvc.domain.letter.letter import Audience, Letter, State
from commsvc.domain.playbook.words import Kind, Severity
from commsvc.domain.promise.promise import Promise
from commsvc.domain.promise.promise import State as PromiseState
from commsvc.domain.promise.timeline import Entry
from commsvc.ports import Message

router = APIRouter()

LEVELS = tuple(str(s.level) for s in Severity)
NEEDS_WORDS = frozenset({Verb.FACT, Verb.NOTE, Verb.RESOLVE})
QUIET = frozenset(
    ("judged", "owner chosen", "promised", "promise kept", "approval asked", "letter sent", "moved", "chain")
)
"""Steps that explain and do not surprise: those that follow each other are folded together."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing in the stream of a case: a mail, a letter of ours, or steps of the timeline."""

    at: datetime
    message: Message | None = None
    letter: Letter | None = None
    steps: tuple[Entry, ...] = ()

    @property
    def quiet(self) -> bool:
        """May this be folded with its neighbours?"""
        return bool(self.steps) and all(e.what in QUIET for e in self.steps)


@router.api_route("/cases/{id}", methods=READ)
def case(viewer: Reader, id: Id) -> HTMLResponse:
    """One case."""
    found = case_of(viewer, id)
    subject, store = viewer.desk.subject(found), viewer.desk.store
    promises = store.promises.of(subject)
    letters = store.letters.of(subject)
    playbook = viewer.desk.rules(found)
    return viewer.page(
        "case.html.j2", case=found, line=case_lines(viewer, [found])[0], outcome=outcome(viewer),
        account=viewer.desk.directory.account(found.account_id), story=_story(viewer, found),
        owed=[p for p in promises if p.state is PromiseState.OPEN], settled=[p for p in promises if p.state is not PromiseState.OPEN],
        waits=[x for x in letters if x.state is State.DRAFTED], facts=store.facts.untold(subject),
        similar=similar(viewer.desk, found), calls=store.calls.of(subject), needs=playbook.severity.lowering_needs.replace("_", " "),
        kind_of=kind_of, levels=LEVELS, share=lambda p: _share(p, viewer.now), taken=all(_taken(p) for p in promises),
    )  # fmt: skip


@router.post("/cases/{id}/{act}")
def act(viewer: Actor, id: Id, act: Literal["ack", "fact", "sev", "call", "resolve", "note", "stop"],
        argument: Annotated[str, Form()] = "", level: Annotated[str, Form()] = "") -> Response:  # fmt: skip
    """Write down what somebody asks for on a case."""
    found = case_of(viewer, id)
    verb, words = Verb[act.upper()], clean(argument)
    if verb in NEEDS_WORDS and not words:
        raise HTTPException(400, "This needs a few words. Nothing was done; go back and write them.")
    if verb is Verb.SEV and level not in LEVELS:
        raise HTTPException(400, "Choose a severity from 1 to 4. Nothing was done.")
    said = {Verb.SEV: f"{level} {words}".strip(), Verb.ACK: ""}.get(verb, words)
    return order(viewer, verb, said, About(viewer.desk.subject(found)), f"/cases/{id}")


def _story(viewer: Viewer, case: Case) -> list[Moment]:
    """Everything that happened, newest first; quiet steps that follow each other are one moment."""
    subject, store = viewer.desk.subject(case), viewer.desk.store
    moments = [Moment(m.received_at, message=m) for m in store.inbox.thread(subject)]
    moments += [Moment(e.at, steps=(e,)) for e in store.records.timeline(subject)]
    moments += [Moment(x.sent_at or x.created_at, letter=x) for x in store.letters.of(subject) if _shown(x)]
    story: list[Moment] = []
    for moment in sorted(moments, key=lambda m: m.at)[::-1]:
        if moment.quiet and story and story[-1].quiet:
            story[-1] = replace(story[-1], steps=(*story[-1].steps, *moment.steps))
        else:
            story.append(moment)
    return story


def _shown(letter: Letter) -> bool:
    """Letters to the customer are part of the story; what we write to each other is in the timeline."""
    return letter.wish.audience is Audience.CUSTOMER and letter.state is not State.WANTED


def _taken(promise: Promise) -> bool:
    """Is there nothing left to say "I have it" about?"""
    if promise.state is not PromiseState.OPEN or promise.kind not in (
        Kind.OWNER_ACK,
        Kind.FIRST_HUMAN,
        Kind.NEXT_UPDATE,
    ):
        return True
    return promise.kind is not Kind.OWNER_ACK and bool(promise.acked_by)


def _share(promise: Promise, now: datetime) -> int:
    """How much of a promise's time has passed, in per cent."""
    whole = (promise.due_at - promise.started_at).total_seconds()
    passed = (now - promise.started_at).total_seconds()
    return 100 if whole <= 0 else max(0, min(100, round(100 * passed / whole)))
