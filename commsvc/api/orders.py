"""Orders of a program, in the name of the person its token acts as: rows like those that mails and pages write.

Whether the person may is judged where all orders are. Each order carries a key of the caller's choice: the same order sent
twice with one key is carried out once; another order with a used key is refused.
"""

import hashlib
from typing import Annotated, Literal

from fastapi import APIRouter, Header, HTTPException
from pydantic import BaseModel, Field

from commsvc.api.caller import Caller, OfOrders
from commsvc.api.paging import Id
from commsvc.api.shapes import OrderShape
from commsvc.domain.letter.approval import Verb
from commsvc.domain.letter.command import Channel, Command

router = APIRouter(tags=["orders"])
LONGEST = 20_000
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=200)]
_OF_CASE = (
    "ACK",
    "FACT",
    "UPDATE",
    "SEV",
    "CALL",
    "RESOLVE",
    "MINE",
    "HANDOFF",
    "DECLINE",
    "SNOOZE",
    "NOT",
    "REOPEN",
    "NOTE",
    "STOP",
)
_OF_LETTER = ("APPROVE", "REJECT", "EDIT", "REPLACE", "DELEGATE", "RELEASE", "ARRIVED", "AGAIN")


class CaseOrder(BaseModel):
    """A word about a case, as it would stand on the first line of a mail."""

    verb: Literal[_OF_CASE]  # type: ignore[valid-type]
    words: str = Field(default="", max_length=LONGEST)


class LetterOrder(BaseModel):
    """A word about a letter. `digest`: of the letter as it was read; an approval of other words is refused."""

    verb: Literal[_OF_LETTER]  # type: ignore[valid-type]
    words: str = Field(default="", max_length=LONGEST)
    digest: str = Field(default="", max_length=64)


@router.post("/cases/{id}/orders", status_code=202)
def order_case(caller: OfOrders, id: Id, order: CaseOrder, key: Key) -> OrderShape:
    """Write the order down and have it carried out."""
    subject = caller.desk.subject(caller.case(id))
    return _place(
        caller,
        key,
        Command(Verb[order.verb], _plain(order.words), caller.person.address, Channel.API, subject, caller.now),
    )


@router.post("/letters/{id}/orders", status_code=202)
def order_letter(caller: OfOrders, id: Id, order: LetterOrder, key: Key) -> OrderShape:
    """Write the order down and have it carried out."""
    letter = caller.letter(id)
    return _place(caller, key, Command(Verb[order.verb], _plain(order.words), caller.person.address, Channel.API,
                                       letter.wish.subject, caller.now, letter.id, order.digest))  # fmt: skip


@router.get("/orders/{id}")
def outcome(caller: OfOrders, id: Id) -> OrderShape:
    """What became of an order of this token."""
    if not caller.desk.store.tokens.placed_by(caller.token.id, id):
        raise HTTPException(404)
    return OrderShape(id=id, outcome=caller.desk.store.records.outcome(id))


def _place(caller: Caller, key: str, command: Command) -> OrderShape:
    said = (command.verb.value, command.argument, str(command.subject.id), str(command.letter_id), command.digest)
    request, store = hashlib.sha256("\x00".join(said).encode()).hexdigest(), caller.desk.store
    with store.transaction():
        placed = store.tokens.place(caller.token.id, key, request, command)
    if placed.request != request:
        raise HTTPException(409, "This Idempotency-Key was used for another order.")
    caller.service.wake()
    return OrderShape(id=placed.command_id, outcome=store.records.outcome(placed.command_id))


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()
