"""What of all that is seen is not well."""

from datetime import UTC, datetime, timedelta

import pytest

from commsvc.domain.health.alarms import alarms
from commsvc.domain.health.silence import Silence
from commsvc.domain.health.vitals import Ill, MailboxSign, Trouble, Vitals, ills

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WELL = Vitals(NOW, 3, {"recorded": 2, "ignored": 1}, mailboxes=(MailboxSign("support", NOW - MINUTE, NOW - MINUTE, NOW - MINUTE),),
              ticked_at=NOW - MINUTE, free=10**10)  # fmt: skip


def signs(**changes: object) -> Vitals:
    return Vitals(**{f: getattr(WELL, f) for f in WELL.__slots__} | changes)


def test_nothing_is_ill_where_all_is_well() -> None:
    assert ills(WELL) == {}
    assert ills(Vitals(NOW)) == {}, "a service that never ran has no troubles"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"seen": 5}, {Ill.LEDGER: 2}), ({"fresh_quarantine": 1}, {Ill.QUARANTINE: 1}), ({"uncertain": 3}, {Ill.UNCERTAIN: 3}),
        ({"late_promises": 2}, {Ill.LATE: 2}), ({"free": 10**8}, {Ill.DISK: 1}), ({"free": None}, {}),
        ({"ticked_at": NOW - 4 * MINUTE}, {Ill.TICK: 1}), ({"ticked_at": NOW - 2 * MINUTE}, {}),
        ({"mailboxes": (MailboxSign("a", None, NOW - 6 * MINUTE),)}, {Ill.MAILBOX: 1}),
        ({"mailboxes": (MailboxSign("a", NOW - 600 * MINUTE, None),)}, {}),
        ({"mailboxes": (MailboxSign("a", NOW, NOW, NOW + 3 * MINUTE),)}, {Ill.CLOCK: 1}),
        ({"mailboxes": (MailboxSign("a", NOW, NOW, NOW - 300 * MINUTE),)}, {}),
        ({"troubles": (Trouble("rules", "broken", NOW),)}, {Ill.TROUBLE: 1}),
    ],
)  # fmt: skip
def test_each_ill_is_counted(changes: dict[str, object], expected: dict[Ill, int]) -> None:
    assert ills(signs(**changes)) == expected


def test_a_trouble_is_told_after_a_minute_under_one_key_while_it_stands() -> None:
    since = NOW - 2 * MINUTE
    first = alarms(signs(troubles=(Trouble("mailbox a", "refused", since), Trouble("mailbox b", "lost", NOW))), [])
    later = alarms(signs(at=NOW + 60 * MINUTE, troubles=(Trouble("mailbox a", "timed out", since),)), [])
    assert [a.said for a in first] == ["mailbox a, since 2026-11-23 13:58 UTC: refused"]
    assert [a.key for a in first] == [a.key for a in later]
    again = alarms(signs(troubles=(Trouble("mailbox a", "refused", NOW - MINUTE),)), [])
    assert again[0].key != first[0].key, "it was well meanwhile"


def test_silence_and_a_full_disk_are_told() -> None:
    quiet = Silence("support", NOW - 180 * MINUTE, 180 * MINUTE, 60 * MINUTE)
    said = [a.said for a in alarms(signs(free=5_000_000), [quiet])]
    assert said == [
        (
            "mailbox support has had no mail for 3 h 00 min of working time, since 2026-11-23 11:00 UTC; "
            "usually it has one within 1 h 00 min"
        ),
        "the disk of the record has 5 MB left; when it is full no mail is taken in",
    ]
