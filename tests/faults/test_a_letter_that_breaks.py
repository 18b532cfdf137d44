"""Something of ours breaks while one letter is sent: the others go, and that one is not left half-way."""

import pytest

from commsvc.adapters.memory import DirectReader, MemorySender
from commsvc.app import App
from commsvc.domain.letter.letter import State
from tests.stories.world import ADA, DOWN

WHEN = {"before the dot": State.READY, "after the dot": State.UNCERTAIN}


class BreaksOnce(MemorySender):
    """Breaks at the first letter to this recipient, before or after its dot."""

    def __init__(self, to, when):
        super().__init__()
        self._to, self._when, self._broke = to, when, False

    def send(self, envelope, at_dot):
        if envelope.rcpt_to == self._to and not self._broke:
            self._broke = True
            if self._when == "after the dot":
                at_dot()
            raise RuntimeError("a fault of ours")
        super().send(envelope, at_dot)


@pytest.mark.parametrize("when", WHEN)
def test_it_holds_up_no_other_letter(world, when):
    sender = BreaksOnce(ADA, when)
    app = App(world.app.desk, DirectReader(), sender, world.calendar, (world.mailbox,))
    raw = f"From: {ADA}\r\nTo: support@kestrel.example\r\nSubject: Orders\r\nMessage-ID: <1@x.example>\r\n\r\n{DOWN}"
    world.mailbox.put(raw.encode(), world.now)
    app.tick(world.now)
    receipt = next(x for x in world.store.letters.of(world.case()) if x.wish.letter == "acknowledge")
    assert receipt.state is WHEN[when]
    assert "a fault of ours" in receipt.why
    assert len(sender.sent) > 1
    world.forward(minutes=2)
    again = [e for e in world.sender.sent if e.letter_id == receipt.id]
    assert len(again) == (when == "before the dot")
