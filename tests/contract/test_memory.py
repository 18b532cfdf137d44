"""The memory adapters keep to the contracts: they are the model the others are measured by."""

from datetime import UTC, datetime

import pytest

from commsvc.adapters.memory import MemoryCalendar, MemoryMailbox, MemorySender
from commsvc.domain.call.slots import Busy
from commsvc.errors import Temporary
from tests.contract.calendar import ANA, HOUR, NINE, CalendarContract, MakeBusy
from tests.contract.mailbox import Arrives, MailboxContract
from tests.contract.sender import Delivered, SenderContract


class TestMemoryMailbox(MailboxContract):
    @pytest.fixture
    def mailbox(self) -> MemoryMailbox:
        return MemoryMailbox("support")

    @pytest.fixture
    def arrives(self, mailbox: MemoryMailbox) -> Arrives:
        return lambda raw: mailbox.put(raw, datetime.now(UTC))


class TestMemorySender(SenderContract):
    @pytest.fixture
    def sender(self) -> MemorySender:
        return MemorySender()

    @pytest.fixture
    def delivered(self, sender: MemorySender) -> Delivered:
        return lambda count: [(e.rcpt_to, e.data) for e in sender.sent]


class TestMemoryCalendar(CalendarContract):
    @pytest.fixture
    def calendar(self) -> MemoryCalendar:
        return MemoryCalendar()

    @pytest.fixture
    def make_busy(self, calendar: MemoryCalendar) -> MakeBusy:
        return lambda who, start, end: calendar.taken.setdefault(who, []).append(Busy(start, end))

    def test_a_closed_calendar_is_temporary(self, calendar: MemoryCalendar) -> None:
        calendar.closed.add(ANA)
        with pytest.raises(Temporary, match=ANA):
            calendar.busy(ANA, NINE, NINE + HOUR)
