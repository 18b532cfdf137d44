"""Exact moments at which the daemon kills itself, between two steps that both have to be survived.

The healthy code runs up to there; only the moment is planted.
"""

import os
import signal
from collections.abc import Callable
from typing import Any

from commsvc.adapters.imap import ImapMailbox
from commsvc.adapters.reading import PooledReader
from commsvc.adapters.smtp import SmtpSender
from commsvc.adapters.store.inbox import StoredInbox
from commsvc.domain.letter.mime import Envelope
from commsvc.flow.delivery import Delivery
from commsvc.flow.intake import Intake

Moment = Callable[[], None]
_OURS = "@staff.test"


def moment(number: int) -> Moment:
    """Die when this is called for the `number`th time."""
    left = [number]

    def die() -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return die


def raw_committed(die: Moment) -> None:
    """The bytes are committed; the mailbox does not know yet."""
    _after(Intake, "accept", die)


def filed(die: Moment) -> None:
    """The mailbox has marked the mails."""
    _after(ImapMailbox, "filed", die)


def mail_claimed(die: Moment) -> None:
    """Mails are claimed, and none is read."""
    _before(PooledReader, "read", die)


def half_settled(die: Moment) -> None:
    """A mail is settled, its case opened, its letters wished for, and nothing of that committed."""
    _after(StoredInbox, "settle", die)


def letter_claimed(die: Moment) -> None:
    """Letters are claimed, and none is sent."""
    _before(Delivery, "_one", die)


def sending_committed(die: Moment) -> None:
    """It is written that a customer's letter is being sent; the server knows nothing of it."""
    _at_the_server(lambda send, at_dot: (die(), send(at_dot)))


def dot_committed(die: Moment) -> None:
    """It is written that a customer's letter was handed over; the final dot is still ours."""
    _at_the_server(lambda send, at_dot: send(lambda: (at_dot(), die())))


def answered(die: Moment) -> None:
    """The server took a customer's letter; it is not written yet that it did."""
    _at_the_server(lambda send, at_dot: (send(at_dot), die()))


def _before(owner: type, name: str, die: Moment) -> None:
    function = getattr(owner, name)

    def first_die(*args: Any) -> Any:
        die()
        return function(*args)

    setattr(owner, name, first_die)


def _after(owner: type, name: str, die: Moment) -> None:
    function = getattr(owner, name)

    def then_die(*args: Any, **named: Any) -> Any:
        done = function(*args, **named)
        die()
        return done

    setattr(owner, name, then_die)


def _at_the_server(act: Callable[[Callable[[Moment], None], Moment], object]) -> None:
    function = SmtpSender.send

    def send(self: SmtpSender, envelope: Envelope, at_dot: Moment) -> None:
        if envelope.rcpt_to.endswith(_OURS):
            function(self, envelope, at_dot)
        else:
            act(lambda then: function(self, envelope, then), at_dot)

    SmtpSender.send = send  # type: ignore[method-assign]


POINTS = {f.__name__: f for f in (raw_committed, filed, mail_claimed, half_settled, letter_claimed, sending_committed,
                                  dot_committed, answered)}  # fmt: skip
