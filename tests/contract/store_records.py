"""What every `ports.Records` and `ports.Sessions` keeps to."""

from dataclasses import replace

import pytest

from commsvc.domain.letter.approval import Verb
from commsvc.domain.letter.command import Channel, Command
from commsvc.domain.letter.switches import Scope, Switch
from commsvc.domain.playbook.rules import Playbook
from commsvc.domain.playbook.version import KeptPlaybook
from commsvc.domain.promise.timeline import Entry
from commsvc.errors import Stale
from commsvc.ports import Store
from tests.contract.given import DAY, HOUR, LEASE, MINUTE, NOW, ODD, OTHER, SUBJECT

ORDER = Command(Verb.FACT, ODD, "olga@support.test", Channel.MAIL, SUBJECT, NOW, letter_id=7, digest="d")


class RecordsContract:
    """Needs the fixture `store`, empty."""

    def test_the_timeline_of_a_subject_in_the_order_of_writing(self, store: Store) -> None:
        late = Entry(SUBJECT, NOW + HOUR, "severity", ODD, "olga@support.test", "rule-1", "“down”", "digest")
        early = Entry(SUBJECT, NOW, "opened", "a case")
        for entry in (late, early, Entry(OTHER, NOW, "opened", "another")):
            store.records.write(entry)
        assert list(store.records.timeline(SUBJECT)) == [late, early]

    def test_changes_since_a_time_of_all_subjects(self, store: Store) -> None:
        entries = [Entry(s, NOW + n * HOUR, "said", str(n)) for n, s in enumerate((SUBJECT, OTHER, SUBJECT))]
        for entry in entries:
            store.records.write(entry)
        assert list(store.records.changes_since(NOW + HOUR)) == entries[1:]

    def test_an_order_comes_back_as_it_was_given(self, store: Store) -> None:
        id = store.records.order(ORDER)
        (claim,) = store.records.claim_commands(NOW, 10, LEASE)
        assert (claim.row, claim.attempts) == (replace(ORDER, id=id), 1)

    def test_an_order_is_carried_out_once(self, store: Store) -> None:
        id = store.records.order(ORDER)
        store.records.order(replace(ORDER, verb=Verb.NOTE, letter_id=None))
        (lost,) = store.records.claim_commands(NOW, 1, LEASE)
        assert store.records.outcome(id) == ""
        again, _ = store.records.claim_commands(NOW + LEASE, 10, LEASE)
        with pytest.raises(Stale):
            store.records.carried_out(lost, "twice")
        store.records.carried_out(again, "done")
        assert store.records.outcome(id) == "done"
        assert [c.row.verb for c in store.records.claim_commands(NOW + DAY, 10, LEASE)] == [Verb.NOTE]

    def test_a_stop_lies_over_what_is_live_until_it_is_resumed(self, store: Store) -> None:
        assert store.records.switches().watching
        on, off = (
            Switch(Scope.MAILBOX, "support", live=True, by="ben"),
            Switch(Scope.MAILBOX, "support", live=False, by="olga", reason=ODD),
        )
        whole = Switch(Scope.ALL, "", live=True)
        for n, switch in enumerate((on, whole, off)):
            store.records.turn(switch, NOW + n * MINUTE)
        assert set(store.records.switches().positions) == {whole, on, off}
        store.records.turn(Switch(Scope.MAILBOX, "support", live=False, resumes=True), NOW + 3 * MINUTE)
        assert set(store.records.switches().positions) == {whole, on}

    def test_a_playbook_is_kept_once(self, store: Store, playbook: Playbook) -> None:
        assert store.records.playbook_files(playbook.digest) is None
        store.records.keep_playbook(playbook, {"severity.toml": ODD}, NOW)
        store.records.keep_playbook(playbook, {"severity.toml": "changed"}, NOW)
        assert store.records.playbook_files(playbook.digest) == {"severity.toml": ODD}
        assert list(store.records.playbooks()) == [KeptPlaybook(playbook.digest, playbook.version, NOW)]

    def test_a_trouble_stands_until_it_is_cleared(self, store: Store) -> None:
        store.records.trouble("mailbox support", "no connection", NOW)
        store.records.trouble("mailbox support", ODD, NOW)
        store.records.trouble("calendar", "locked", NOW)
        assert list(store.records.troubles()) == [("calendar", "locked"), ("mailbox support", ODD)]
        store.records.trouble("mailbox support", "", NOW)
        store.records.trouble("never there", "", NOW)
        assert list(store.records.troubles()) == [("calendar", "locked")]


class SessionsContract:
    """Needs the fixture `store`, empty."""

    def test_a_session_lasts_its_time(self, store: Store) -> None:
        token = store.sessions.begin("olga@support.test", NOW, HOUR)
        found = store.sessions.find(token, NOW + HOUR - MINUTE)
        assert found is not None
        assert (found.person, len(found.csrf) > 20, found.csrf != token) == ("olga@support.test", True, True)
        assert store.sessions.find(token, NOW + HOUR) is None
        assert store.sessions.find("another", NOW) is None

    def test_a_session_may_be_ended(self, store: Store) -> None:
        token, other = (store.sessions.begin("olga@support.test", NOW, HOUR) for _ in range(2))
        store.sessions.end(token)
        assert store.sessions.find(token, NOW) is None
        assert store.sessions.find(other, NOW) is not None

    def test_a_link_works_once_and_in_time(self, store: Store) -> None:
        link, late = (store.sessions.invite("olga@support.test", NOW, HOUR) for _ in range(2))
        assert store.sessions.accept("guessed", NOW) is None
        assert store.sessions.accept(link, NOW) == "olga@support.test"
        assert store.sessions.accept(link, NOW) is None
        assert store.sessions.accept(late, NOW + HOUR) is None
