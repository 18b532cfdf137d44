"""What every `ports.Signs` keeps to."""

from datetime import timedelta

from commsvc.domain.health.vitals import MailboxSign, Trouble
from commsvc.ports import Store
from tests.contract.given import DAY, HOUR, MINUTE, NOW, arrival


class SignsContract:
    """Needs the fixture `store`, empty."""

    def test_an_empty_record_shows_nothing(self, store: Store) -> None:
        seen = store.signs.look(NOW)
        assert (seen.seen, seen.mails, seen.letters, seen.mailboxes, seen.troubles, seen.ticked_at) == (
            0,
            {},
            {},
            (),
            (),
            None,
        )

    def test_mailboxes_show_their_last_mail_and_when_they_were_read(self, store: Store) -> None:
        store.inbox.connect("support", 7, NOW - DAY)
        store.inbox.connect("quiet", 7, NOW - DAY)
        store.inbox.add([arrival(1, NOW - HOUR), arrival(2, NOW - MINUTE)], NOW)
        store.signs.leave("mailbox support", NOW - HOUR)
        store.signs.leave("mailbox support", NOW - MINUTE)
        assert store.signs.look(NOW).mailboxes == (
            MailboxSign("quiet", None, None),
            MailboxSign("support", NOW, NOW - MINUTE, NOW - MINUTE),
        )

    def test_mails_are_counted_by_state(self, store: Store) -> None:
        store.inbox.connect("support", 7, NOW - DAY)
        store.inbox.add([arrival(1), arrival(2)], NOW)
        seen = store.signs.look(NOW)
        assert (seen.seen, seen.mails) == (2, {"new": 2})

    def test_a_trouble_stands_since_it_began_whatever_is_said_later(self, store: Store) -> None:
        store.records.trouble("rules", "broken", NOW)
        store.records.trouble("rules", "broken otherwise", NOW + HOUR)
        assert store.signs.look(NOW + HOUR).troubles == (Trouble("rules", "broken otherwise", NOW),)
        store.records.trouble("rules", "", NOW + HOUR)
        store.records.trouble("rules", "broken", NOW + DAY)
        assert store.signs.look(NOW + DAY).troubles == (Trouble("rules", "broken", NOW + DAY),)

    def test_arrivals_come_oldest_first_and_without_history(self, store: Store) -> None:
        store.inbox.connect("support", 7, NOW - HOUR)
        times = [NOW - DAY, NOW, NOW - MINUTE]
        store.inbox.add([arrival(n, at) for n, at in enumerate(times, 1)], NOW)
        assert store.signs.arrivals("support", NOW - timedelta(days=7)) == [NOW - MINUTE, NOW]
        assert store.signs.arrivals("support", NOW) == [NOW]
        assert store.signs.arrivals("sales", NOW - DAY) == []
