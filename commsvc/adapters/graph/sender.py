"""Send finished letters from a mailbox in Exchange Online: a draft from our own bytes, then the order to send it.

So the Message-ID and the headers of the thread are ours, the draft can be taken back until the last moment, and whether it
went can be seen afterwards: the id stays the same when a draft becomes a sent message.

Temporary:  no connection, throttled, the sign-in or the permission refused (a fault of the settings and of no letter)
Permanent:  the message itself is refused
Uncertain:  the order to send was given, was not answered, and the message is not seen among those sent

Exchange reads the recipients from the headers, so they must name exactly the one we mean; the envelope's sender is the mailbox.
A draft that a crash left behind is thrown away before the letter is written again, so that nobody sends it by hand.
"""

import time
from base64 import b64encode
from collections.abc import Callable, Sequence
from contextlib import suppress

from commsvc.adapters.graph.answers import Standing, Thing, Things
from commsvc.adapters.graph.session import GraphSession, NotAllowed, Refused, Unanswered
from commsvc.domain.letter.mime import Envelope
from commsvc.errors import Permanent, Temporary, Trouble, Uncertain

LOOKS = (1.0, 3.0, 6.0)
_GONE = 404
_OUR_FAULT = frozenset([400, 413, 422])
"""What is said about a message; every other refusal is about the mailbox or the settings."""


class GraphSender:
    """`ports.Sender` by Microsoft Graph. `looks`: the pauses before each look at a message that may have gone."""

    def __init__(self, session: GraphSession, *, looks: Sequence[float] = LOOKS,
                 sleep: Callable[[float], object] = time.sleep) -> None:  # fmt: skip
        self._session, self._looks, self._sleep = session, looks, sleep

    def send(self, envelope: Envelope, at_dot: Callable[[], None]) -> None:
        if strangers := envelope.strangers():
            raise Permanent(
                f"the message for {envelope.rcpt_to} names other recipients in its headers: {', '.join(strangers)}"
            )
        try:
            self._sweep(envelope.message_id)
            draft = self._draft(envelope)
        except NotAllowed as why:
            raise Temporary(str(why)) from why
        except Refused as why:
            raise (Permanent if why.status in _OUR_FAULT else Temporary)(str(why)) from why
        try:
            at_dot()
        except BaseException:  # whatever the caller's reason: without the order nothing is sent
            self._throw_away(draft)
            raise
        self._order(draft, envelope)

    def reach(self) -> None:
        """Look for the drafts, where letters begin. Raises Trouble when we are not let in."""
        self._session.ask_for(Thing, "GET", "mailFolders/drafts", params={"$select": "id"})

    def close(self) -> None:
        """Let go of the connection; the next letter opens another."""
        self._session.close()

    def _draft(self, envelope: Envelope) -> str:
        return self._session.ask_for(Thing, "POST", "messages", content=b64encode(envelope.data)).id

    def _order(self, draft: str, envelope: Envelope) -> None:
        try:
            self._session.ask("POST", f"messages/{draft}/send")
        except Unanswered as why:
            self._look(draft, envelope, why)
        except NotAllowed as why:
            self._throw_away(draft)
            raise Temporary(str(why)) from why
        except Refused:
            self._throw_away(draft)
            raise

    def _look(self, draft: str, envelope: Envelope, why: Unanswered) -> None:
        """It is sent when it is no draft any more; else nobody knows, since the order may still be carried out."""
        for pause in self._looks:
            self._sleep(pause)
            with suppress(Trouble):
                asked = {"$select": "isDraft"}
                if not self._session.ask_for(Standing, "GET", f"messages/{draft}", params=asked).is_draft:
                    return
        raise Uncertain(
            f"the message for {envelope.rcpt_to} was given to Exchange and is not seen as sent: {why}"
        ) from why

    def _sweep(self, message_id: str) -> None:
        """Throw away what a former try left among the drafts."""
        named = {"$filter": "internetMessageId eq '<" + message_id.replace("'", "''") + ">'", "$select": "id"}
        for left in self._session.ask_for(Things, "GET", "mailFolders/drafts/messages", params=named).value:
            self._session.ask("DELETE", f"messages/{left.id}", also=[_GONE])

    def _throw_away(self, draft: str) -> None:
        """What cannot be thrown away now is swept before the next try."""
        with suppress(Trouble):
            self._session.ask("DELETE", f"messages/{draft}", also=[_GONE])
