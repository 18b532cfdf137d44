"""What a letter does for the customer once it is sent: which promises it keeps, where the case moves.

One row a letter; a letter that is not here keeps nothing.
"""

from dataclasses import dataclass

from commsvc.domain.case.case import Event
from commsvc.domain.playbook.words import Kind


@dataclass(frozen=True, slots=True)
class Effect:
    keeps: tuple[Kind, ...] = ()
    event: Event | None = None


EFFECTS: dict[str, Effect] = {
    "acknowledge": Effect((Kind.RECEIPT,), Event.RECEIPT_SENT),
    "security_receipt": Effect((Kind.RECEIPT,), Event.RECEIPT_SENT),
    "queue_receipt": Effect((Kind.RECEIPT,)),
    "first_answer": Effect((Kind.FIRST_HUMAN,), Event.ANSWERED),
    "update_progress": Effect((Kind.FIRST_HUMAN, Kind.NEXT_UPDATE), Event.ANSWERED),
    "update_no_progress": Effect((Kind.FIRST_HUMAN, Kind.NEXT_UPDATE), Event.ANSWERED),
    "holding_statement": Effect((Kind.NEXT_UPDATE,)),
    "resolution_proposed": Effect((Kind.FIRST_HUMAN, Kind.NEXT_UPDATE), Event.PROPOSED),
    "resolved": Effect((Kind.NEXT_UPDATE,)),
    "missed_commitment": Effect((Kind.NEXT_UPDATE,), Event.ANSWERED),
}
NOTHING = Effect()
