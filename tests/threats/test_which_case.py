"""Which case a mail is about: forwards, duplicates, Outlook's split threads, used-up ids, copies (T1, T3, F24, F25)."""

import base64
import email
from pathlib import Path

import pytest

from tests.stories.world import ADA, DANA, DOWN, SUPPORT, World

OURS = "mx.kestrel.example"
PASS = {"Authentication-Results": f"{OURS}; dmarc=pass header.from=nimbusretail.example"}
BEN = "ben@nimbusretail.example"
AGAIN = "Web orders are not reaching our stores, the integration is completely stopped.\n\nBen"
INNER = "---------- Forwarded message ---------\nFrom: {0}\nDate: Mon, 23 Nov 2026 at 08:12\nSubject: Orders\nTo: dana@kestrel.example\n\n"


@pytest.fixture
def checked(tmp_path: Path) -> World:
    """An installation whose server checks senders."""
    return World(tmp_path, authserv_id=OURS)


def thread(world: World, case: int = 1) -> list[str]:
    return [m.sender for m in world.store.inbox.thread(world.case(case))]


class TestPassedOn:
    def test_a_forward_is_a_case_of_the_customer_inside_it(self, world: World) -> None:
        inner = INNER.format(f"Adaeze Okafor <{ADA}>")
        world.receives(f"Please take this.\n\n{inner}{DOWN}", DANA, "FW: Orders", submitted_by=DANA)
        case = world.store.cases.get(1)
        assert (case.account_id, case.contact, case.subject, case.trusted) == ("ACC-1008", ADA, "Orders", False)
        assert case.severity.value == "SEV1"

    def test_nothing_automatic_goes_to_that_customer_and_a_person_is_told(self, world: World) -> None:
        world.receives(INNER.format(ADA) + DOWN, DANA, "FW: Orders", submitted_by=DANA)
        owner = world.store.cases.get(1).owner
        note = world.text("needs_person", owner)
        world.forward(hours=3)
        assert world.sent(ADA) == []
        assert f"passed it on from {ADA} (Nimbus Retail Group)" in note

    def test_of_a_chain_the_known_contact_is_the_customer(self, world: World) -> None:
        text = (
            INNER.format("sam@kestrel.example") + "Who takes it?\n\n" + INNER.format("x@partner.example") + "See:\n\n"
        )
        world.receives(text + INNER.format(ADA) + DOWN, DANA, "FW: FW: Orders", submitted_by=DANA)
        assert world.store.cases.get(1).contact == ADA

    def test_a_forged_forward_names_no_customer(self, checked: World) -> None:
        checked.receives(INNER.format(ADA) + DOWN, DANA, "FW: Orders")
        case = checked.store.cases.get(1)
        assert (case.account_id, case.contact) == ("", DANA)
        assert "not proven to have sent it" in checked.text("needs_person", case.owner)

    def test_one_who_signed_in_to_our_server_has_passed_it_on(self, checked: World) -> None:
        headers = {"Authentication-Results": f"{OURS}; auth=pass (internal)"}
        checked.receives(INNER.format(ADA) + DOWN, DANA, "FW: Orders", headers=headers)
        assert checked.store.cases.get(1).contact == ADA

    def test_one_who_signed_in_as_somebody_else_has_not(self, checked: World) -> None:
        headers = {"Authentication-Results": f"{OURS}; auth=pass smtp.auth=jon"}
        checked.receives(INNER.format(ADA) + DOWN, DANA, "FW: Orders", headers=headers)
        assert checked.store.cases.get(1).contact == DANA


class TestToldAgain:
    def test_a_proven_colleague_with_the_same_facts_joins_and_the_timeline_says_so(self, checked: World) -> None:
        checked.receives(DOWN, ADA, headers=PASS)
        checked.receives(AGAIN, BEN, "Tills NE area", headers=PASS)
        assert thread(checked) == [ADA, BEN]
        assert len(checked.store.cases.listed()) == 1
        told = next(line for line in checked.story() if line.startswith("duplicate joined"))
        assert "ben@nimbusretail.example" in told
        assert checked.store.cases.get(1).contact == ADA

    def test_where_nobody_can_be_proven_it_is_proposed_to_the_owner(self, world: World) -> None:
        world.receives(DOWN, ADA)
        world.receives(AGAIN, BEN, "Tills NE area")
        assert thread(world) == [ADA]
        assert thread(world, 2) == [BEN]
        note = world.text("needs_person", world.store.cases.get(1).owner)
        assert "may belong to ESC-1" in note
        assert "not authenticated" in note

    @pytest.mark.parametrize(
        ("text", "sender", "headers"),
        [
            ("Since 9:00 the labels at the printer are not printing, all printers are down.", BEN, PASS),
            ("Thank you, and where do I find the numbers of last month?", BEN, PASS),
            (AGAIN, "m.brandt@hartmann-pt.example",
             {"Authentication-Results": f"{OURS}; dmarc=pass header.from=hartmann-pt.example"}),
            (AGAIN, BEN, {"Authentication-Results": f"{OURS}; dmarc=fail header.from=nimbusretail.example"}),
            (AGAIN + "\nOur lawyer will write to you, we cancel the contract.", BEN, PASS),
        ],
        ids=["another area", "no such facts", "another account", "not proven", "it needs a hold"],
    )  # fmt: skip
    def test_anything_less_is_a_case_of_its_own(
        self, checked: World, text: str, sender: str, headers: dict[str, str]
    ) -> None:
        checked.receives(DOWN, ADA, headers=PASS)
        checked.receives(text, sender, "Another", headers=headers)
        assert thread(checked) == [ADA]

    def test_after_a_day_it_is_another_case(self, checked: World) -> None:
        checked.receives(DOWN, ADA, headers=PASS)
        checked.now = checked.now.replace(day=25)
        checked.receives(AGAIN, BEN, "Tills NE area", headers=PASS)
        assert thread(checked) == [ADA]
        assert thread(checked, 2) == [BEN]


class TestOutlooksThreads:
    INDEX = {"Thread-Index": base64.b64encode(bytes(6) + bytes(range(16)) + b"later").decode()}  # noqa: RUF012

    def test_a_split_thread_is_told_to_the_owner_and_joins_nothing(self, world: World) -> None:
        world.receives(DOWN, ADA, headers=self.INDEX)
        world.receives("The till software shows an old price list.", ADA, "RE: Orders", headers=self.INDEX)
        assert thread(world) == thread(world, 2) == [ADA]
        assert "Outlook gives it the same conversation" in world.text("needs_person", world.store.cases.get(1).owner)

    def test_a_stranger_who_knows_the_thread_learns_and_moves_nothing(self, world: World) -> None:
        world.receives(DOWN, ADA, headers=self.INDEX)
        revision = world.store.cases.get(1).revision
        world.receives("Any news?", "eve@evil.example", "RE: Orders", headers=self.INDEX)
        assert thread(world) == [ADA]
        assert world.store.cases.get(1).revision == revision
        assert not [line for line in world.story() if "eve@evil" in line]


class TestOneMailIsOneRecord:
    def test_a_used_up_message_id_with_other_words_is_another_mail(self, world: World) -> None:
        world.receives(DOWN, ADA)
        first = email.message_from_bytes(world.raw[0])
        first.set_payload("The printer in store 12 is also broken.\r\n")
        world.mailbox.put(first.as_bytes(), world.now, (SUPPORT,))
        world.tick()
        assert len(thread(world)) + len(thread(world, 2)) == 2

    def test_copies_by_to_and_cc_through_two_mailboxes_are_one_record(self, world: World) -> None:
        world.receives(DOWN, ADA)
        world.mailbox.put(b"Received: by another.example\r\n" + world.raw[0], world.now, ("help@kestrel.example",))
        world.tick()
        assert thread(world) == [ADA]
        assert world.store.inbox.ledger() == {"recorded": 1, "appended": 1}

    @pytest.mark.parametrize("id", ["", "Message-ID: <>\r\n"])
    def test_mails_without_an_id_are_never_copies(self, world: World, id: str) -> None:
        for number in (1, 2):
            raw = (
                f"From: {ADA}\r\nTo: {SUPPORT}\r\n{id}Subject: Price list\r\n\r\nPlease send me the new price list.\r\n"
            )
            world.mailbox.put(raw.encode(), world.now, (SUPPORT,))
            world.tick()
            assert sum(world.store.inbox.ledger().values()) == number
        assert not [r for r in world.store.tables.raw_mail.select() if "copy" in r["reason"]]
