"""Forty ways to get a letter out that nobody who may has approved: none goes (reliability.md, T5).

Removing any one of the conditions that hold them makes one of these cases fail.
"""

import inspect
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from commsvc.domain.letter import approval
from commsvc.domain.letter.switches import Scope, Switch
from commsvc.flow.commands import approving
from commsvc.flow.commands.words import WORDS
from commsvc.flow.triage import colleague
from tests.stories.world import ADA, DANA, DOWN, SUPPORT, World

JON, KATRIN, SAM, HELEN = (f"{n}@kestrel.example" for n in ("jon", "katrin", "sam", "helen"))
Act = Callable[[World], None]
AUTO = {"Auto-Submitted": "auto-replied"}


def token(world: World, letter: str = "approval_request", who: str = DANA) -> str:
    return str(world.last(letter, who)["Reply-To"])


def says(text: str, **more: object) -> Act:
    """Dana, signed in, answers her request with this text."""
    return lambda w: w.receives(text, DANA, "Re: request", token(w), **{"submitted_by": DANA, **more})  # type: ignore[arg-type]


def mails(text: str, sender: str, to: Callable[[World], str], signed_in: str = "", **headers: str) -> Act:
    return lambda w: w.receives(text, sender, "Re: request", to(w), submitted_by=signed_in, headers=headers)  # type: ignore[return-value]


def then(*acts: Act) -> Act:
    def all_of_them(world: World) -> None:
        for act in acts:
            act(world)

    return all_of_them


def with_old_token(*between: Act) -> Act:
    """Keep the token of the first request, let things happen, and answer the old one."""

    def act(world: World) -> None:
        old = token(world)
        for step in between:
            step(world)
        world.receives("APPROVE", DANA, "Re: request", old, submitted_by=DANA)

    return act


def one_letter_off(world: World) -> str:
    good = token(world)
    at = good.index("@") - 1
    return good[:at] + ("a" if good[at] != "a" else "b") + good[at + 1 :]


def restrict(world: World) -> None:
    with world.store.transaction():
        world.store.cases.save(replace(world.store.cases.get(1), restricted=True))


def stop(world: World) -> None:
    with world.store.transaction():
        world.store.records.turn(Switch(Scope.ALL, "", live=False, by=SAM, reason="check"), world.now)


def customer(text: str) -> Act:
    return lambda w: w.receives(text, ADA, "Re: Orders", str(w.last("acknowledge", ADA)["Reply-To"])) and None


def later(**span: float) -> Act:
    return lambda w: w.forward(**span)


def told(text: str) -> Act:
    return lambda w: w.answers(DANA, text, "assignment")


CASES: dict[str, Act] = {
    "a forged From": mails("APPROVE", DANA, token),
    "a forged From with a check of its own making": mails(
        "APPROVE", DANA, token, **{"Authentication-Results": "mx.kestrel.example; dmarc=pass header.from=kestrel.example"}
    ),
    "signed in as somebody else": mails("APPROVE", DANA, token, signed_in=JON),
    "another colleague with her token": mails("APPROVE", JON, token, signed_in=JON),
    "a director with her token": mails("APPROVE", HELEN, token, signed_in=HELEN),
    "her name, another address": mails("APPROVE", "eve@elsewhere.example", token, signed_in="eve@elsewhere.example"),
    "the customer with her token": mails("APPROVE", ADA, token),
    "no token": mails("APPROVE", DANA, lambda _: SUPPORT, signed_in=DANA),
    "a guessed token": mails("APPROVE", DANA, one_letter_off, signed_in=DANA),
    "the token of her assignment": mails("APPROVE", DANA, lambda w: token(w, "assignment"), signed_in=DANA),
    "the token of the customer's thread": mails("APPROVE", DANA, lambda w: w.mint.case_address(1), signed_in=DANA),
    "the token of a bounce": mails("APPROVE", DANA, lambda w: w.mint.bounce_address(3), signed_in=DANA),
    "the token of a letter that is not there": mails("APPROVE", DANA, lambda w: w.mint.person_address(999), signed_in=DANA),
    "out of office": says("APPROVE", headers=AUTO),
    "generated": says("APPROVE", headers={"Auto-Submitted": "auto-generated"}),
    "a mailing list": says("APPROVE", headers={"List-Id": "<ops.kestrel.example>", "Precedence": "list"}),
    "an old vacation program": says("APPROVE", headers={"Precedence": "auto_reply", "X-Autoreply": "yes"}),
    "quoted": says("> APPROVE"),
    "quoted below a line": says("On Monday support wrote:\n> APPROVE"),
    "the second line": says("Let me see.\nAPPROVE"),
    "the past tense": says("APPROVED"),
    "its opposite": says("DISAPPROVE"),
    "with a condition": says("APPROVE if Jon agrees"),
    "in a sentence": says("I approve"),
    "denied": says("don't APPROVE"),
    "a question": says("APPROVE? by whom"),
    "letters that look like it": says("ＡＰＰＲＯＶＥ"),
    "another word": says("ok"),
    "a thumb": says("👍"),
    "nothing": says(" \n \n"),
    "expired": with_old_token(later(minutes=40)),
    "edited since": with_old_token(says("REPLACE 2: Good afternoon,")),
    "the customer wrote since": with_old_token(customer("It is still the same, all 214 stores are stopped.")),
    "a fact was added since": with_old_token(told("FACT the queue server is full")),
    "the severity changed since": with_old_token(told("SEV 1 seen by myself")),
    "rejected before": with_old_token(says("REJECT the tone is wrong")),
    "delegated to one, answered by another": then(
        says("DELEGATE katrin"), mails("APPROVE", SAM, lambda w: token(w, who=KATRIN), signed_in=SAM)
    ),
    "delegated to one, who answers another's request": then(
        says("DELEGATE katrin"), mails("APPROVE", KATRIN, token, signed_in=KATRIN)
    ),
    "delegated by somebody who may not": then(
        mails("DELEGATE helen", HELEN, token, signed_in=HELEN), mails("APPROVE", HELEN, token, signed_in=HELEN)
    ),
    "a restricted case, by mail": then(restrict, says("APPROVE")),
    "everything is stopped": then(says("APPROVE"), stop),
    "approved, then rejected in the time to undo": then(says("APPROVE"), says("REJECT wait")),
}  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> World:
    return asked(tmp_path)


def asked(folder: Path) -> World:
    """Dana was asked about the first answer to Ada."""
    world = World(folder)
    world.receives(DOWN, ADA)
    return world


def went(world: World) -> int:
    world.forward(minutes=4)
    return world.sent().count(f"first_answer → {ADA}")


def test_there_are_forty_of_them():
    assert len(CASES) >= 40


@pytest.mark.parametrize("name", CASES)
def test_nothing_goes(world: World, name: str) -> None:
    CASES[name](world)
    assert went(world) == 0


def test_the_right_word_of_the_right_person_goes_once_however_often_it_is_said(world: World) -> None:
    old = token(world)
    for _ in range(3):
        world.receives("APPROVE", DANA, "Re: request", old, submitted_by=DANA)
    assert went(world) == 1


def test_fifty_approvals_at_once_are_one_letter(world: World) -> None:
    old = token(world)
    for n in range(50):
        message = f"From: {DANA}\r\nTo: {old}\r\nSubject: Re: x\r\nMessage-ID: <{n}@phone.example>\r\n\r\nAPPROVE\r\n"
        world.mailbox.put(message.encode(), world.now, (old,), DANA)
    world.tick()
    assert went(world) == 1
    assert len([x for x in world.store.letters.of(world.case()) if x.wish.letter == "first_answer"]) == 1


PROVEN, ANSWER = (colleague.Colleague, "_proven"), (colleague.Colleague, "_answer")
RULE, READ = (approval, "rule"), (approval, "read_order")
APPROVE, REFUSED, LACKS = (approving, "approve"), (approving, "_refused"), (approving, "_lacks")
Removal = tuple[tuple[Any, str], str, str]

# What is taken out of the code, and the case that then gets a letter out. Two stand where one holds alone too.
MUTANTS: tuple[tuple[str, tuple[Removal, ...]], ...] = (
    ("a forged From", ((PROVEN, "authenticity(mail, self.authserv_id) is Authenticity.PASS", "True"),)),
    ("signed in as somebody else", ((PROVEN, "raw.arrival.submitted_by == mail.sender.address", "True"),)),
    ("delegated to one, who answers another's request", ((ANSWER, " or me != letter.wish.to", ""),)),
    ("another colleague with her token", (
        (ANSWER, " or me != letter.wish.to", ""), (RULE, "by not in asked.approvers", "False"),
        (LACKS, "lacking(needed, letters.yes(letter.id, digest))", "0"))),
    ("out of office", ((ANSWER, "mail.auto is not Auto.NONE", "False"),)),
    ("edited since", ((RULE, "letter.digest != asked.digest or letter.revision != case_revision", "False"),)),
    ("rejected before", (
        (RULE, "letter.state is not State.DRAFTED", "False"),
        (APPROVE, "change(ready, State.DRAFTED)", "change(ready, letter.state)"))),
    ("quoted", ((READ, ' or lines[first].startswith(">")', ""),)),
    ("with a condition", ((READ, "(wants is None and argument) or ", ""),)),
    ("a restricted case, by mail", ((REFUSED, "matter.command.channel is Channel.MAIL", "False"),)),
)  # fmt: skip


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Callable[[Removal], None]:
    """Takes one condition out of a function of ours, wherever that is used."""

    def take_out(removal: Removal) -> None:
        (owner, name), condition, instead = removal
        function = getattr(owner, name)
        source = inspect.cleandoc("\n" + inspect.getsource(function))
        assert condition in source, f"{name} has no {condition!r} any more"
        space = dict(function.__globals__)
        exec(source.replace(condition, instead), space)
        for user in {owner, approving, colleague}:
            if getattr(user, name, None) is function:
                monkeypatch.setattr(user, name, space[name])
        for verb, word in WORDS.items():
            if word.do is function:
                monkeypatch.setitem(WORDS, verb, replace(word, do=space[name]))  # type: ignore[arg-type]

    return take_out


@pytest.mark.parametrize(("case", "removals"), MUTANTS, ids=[m[0] for m in MUTANTS])
def test_without_any_one_condition_a_case_fails(
    world: World, without: Callable[[Removal], None], case: str, removals: tuple[Removal, ...]
) -> None:
    for removal in removals:
        without(removal)
    CASES[case](world)
    assert went(world) or any(x.approved_by for x in world.store.letters.of(world.case()))
