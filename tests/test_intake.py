"""A mailbox that marks nothing for a while goes on being read, and is marked later: every mail, however many came."""

from collections.abc import Sequence

import pytest

from commsvc.adapters.memory import MemoryMailbox
from commsvc.errors import Temporary
from commsvc.flow.intake import BATCH
from tests.stories.world import World


class OverQuota(MemoryMailbox):
    """Marks nothing so many times."""

    left = 0

    def filed(self, uids: Sequence[str]) -> None:
        if self.left:
            self.left -= 1
            raise Temporary("[OVERQUOTA]")
        super().filed(uids)


@pytest.mark.parametrize("failures", [1, 4])
def test_what_was_not_marked_is_marked_when_it_can_be(world: World, failures: int) -> None:
    box = OverQuota("support")
    box.left = failures
    for n in range(3 * BATCH):
        box.put(f"Message-ID: <{n}@a.test>\r\n\r\nx".encode(), world.now, ())
    for _ in range(failures):
        with pytest.raises(Temporary, match="OVERQUOTA"):
            world.app.intake.pull(box, world.now, again=True)
        assert world.store.inbox.seen() == 3 * BATCH, "taken in all the same"
    assert len(box.fetch("", 10_000)) == 3 * BATCH
    world.app.intake.pull(box, world.now, again=True)
    assert list(box.fetch("", 10_000)) == []
    assert world.store.inbox.seen() == 3 * BATCH
