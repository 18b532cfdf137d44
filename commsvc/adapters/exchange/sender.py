"""Send finished letters by an Exchange Server: a draft of our own bytes, then the order to send it with a copy among those sent.

So Message-ID and the headers of the thread are ours, nothing has left before the order, and a letter in doubt is settled by its
copy, when `sentitems` is read as one more mailbox (decision 14).

Temporary:  no connection, a busy server, the sign-in or a right refused (a fault of the settings and of no letter)
Permanent:  the message itself is refused
Uncertain:  the order was given, and the answer is none of Exchange's: none at all, a proxy's, or that it failed inside

Exchange reads the recipients from the headers, so they must name exactly the one we mean; the envelope's sender is the mailbox.
A draft that a crash left behind is thrown away before the letter is written again, so that nobody sends it by hand.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from exchangelib import Message
from exchangelib.errors import (
    ErrorInternalServerError,
    ErrorInternalServerTransientError,
    ErrorInvalidRecipients,
    ErrorItemNotFound,
    ErrorMessageSizeExceeded,
    ErrorMimeContentInvalid,
    ErrorServerBusy,
    ErrorTimeoutExpired,
    ResponseMessageError,
    UnauthorizedError,
)
from exchangelib.services import SendItem

from commsvc.adapters.exchange.session import ExchangeSession
from commsvc.domain.letter.mime import Envelope
from commsvc.errors import Permanent, Temporary, Trouble, Uncertain

ANSWER = 120
"""Seconds that a server may think over the order: waiting is cheap, doubt is not."""
_ABOUT_THE_MESSAGE = (ErrorInvalidRecipients, ErrorMessageSizeExceeded, ErrorMimeContentInvalid)
_NOBODY_KNOWS = (ErrorInternalServerError, ErrorInternalServerTransientError, ErrorItemNotFound, ErrorTimeoutExpired)
"""What may be said of a letter that went: exchangelib tells a lost connection as a time that expired."""


class ExchangeSender:
    """`ports.Sender` by Exchange Web Services. One thread at a time."""

    def __init__(self, session: ExchangeSession) -> None:
        self._session = session

    def send(self, envelope: Envelope, at_dot: Callable[[], None]) -> None:
        if strangers := envelope.strangers():
            raise Permanent(f"the message for {envelope.rcpt_to} names in its headers: {', '.join(strangers)}")
        draft = self._drafted(envelope)
        try:
            at_dot()
        except BaseException:  # whatever the caller's reason: without the order nothing is sent
            self._throw_away(draft)
            raise
        self._ordered(draft, envelope)

    def close(self) -> None:
        """Let go of the connection; the next letter opens another."""
        self._session.close()

    def _drafted(self, envelope: Envelope) -> Any:
        try:
            with self._session.asking() as account:
                for left in account.drafts.filter(message_id=f"<{envelope.message_id}>").only("message_id"):
                    left.delete()
                return Message(account=account, folder=account.drafts, mime_content=envelope.data).save()
        except Trouble as why:
            raise _refused(why) from why

    def _ordered(self, draft: Any, envelope: Envelope) -> None:
        try:
            with self._session.asking() as account:
                SendItem(account=account, timeout=ANSWER).get(items=[draft], saved_item_folder=account.sent)
        except Trouble as why:
            if _may_have_gone(why.__cause__):
                said = (
                    f"Exchange was told to send the message for {envelope.rcpt_to} and did not say that it has: {why}"
                )
                raise Uncertain(said) from why
            self._throw_away(draft)
            raise _refused(why) from why

    def _throw_away(self, draft: Any) -> None:
        """What cannot be thrown away now is looked for before the next try."""
        with suppress(Trouble), self._session.asking() as account:
            account.bulk_delete([draft])


def _may_have_gone(why: BaseException | None) -> bool:
    """After the order: only what Exchange itself refuses has surely not been sent."""
    if why is None or isinstance(why, UnauthorizedError | ErrorServerBusy):
        return False
    return isinstance(why, _NOBODY_KNOWS) or not isinstance(why, ResponseMessageError)


def _refused(why: Trouble) -> Trouble:
    """A refusal of the message is for ever; any other is about the settings or the hour."""
    return (Permanent if isinstance(why.__cause__, _ABOUT_THE_MESSAGE) else Temporary)(str(why))
