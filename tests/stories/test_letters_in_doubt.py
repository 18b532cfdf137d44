"""A server that falls silent after the dot, and an address from which letters come back."""

from collections.abc import Iterator

import pytest

from commsvc.adapters.smtp import SmtpSender
from commsvc.app import App
from commsvc.domain.letter.letter import State
from tests.servers.scripted import Fault, ScriptedSmtp
from tests.stories.world import ADA, DANA, DOWN, SUPPORT, World

BOB = "bob@nimbusretail.example"


@pytest.fixture
def doubtful(tmp_path) -> Iterator[World]:
    """Ada's receipt was handed over, and the server said nothing more; everything after goes the usual way."""
    world = World(tmp_path)
    usual = world.app
    with ScriptedSmtp(dot=Fault.SILENCE) as server:
        sender = SmtpSender("127.0.0.1", server.port, tls="none", answer_timeout=0.2)
        world.app = App(usual.desk, usual.reader, sender, usual.calendar, usual.mailboxes)
        world.receives(DOWN, ADA)
        sender.close()
    world.app = usual
    return world


def receipt(world: World):
    return next(x for x in world.store.letters.of(world.case()) if x.wish.letter == "acknowledge")


def settle(world: World, answer: str) -> None:
    world.forward(minutes=2)
    world.answers(DANA, answer, "needs_person")


def test_it_is_listed_and_not_sent_again(doubtful):
    doubtful.forward(hours=1)
    assert receipt(doubtful).state is State.UNCERTAIN
    assert receipt(doubtful) in doubtful.store.letters.in_doubt()
    assert f"acknowledge → {ADA}" not in doubtful.sent()


def test_its_copy_in_a_sent_folder_or_journal_settles_it_and_the_promise_is_kept(doubtful):
    doubtful.receives("the copy", SUPPORT, headers={"X-Copy-Of": "journal"})
    assert receipt(doubtful).state is State.UNCERTAIN
    copy = doubtful.raw[-1].replace(b"Message-ID: <2.", b"Message-ID: <").replace(
        f"<{SUPPORT}>".encode(), f"<{receipt(doubtful).message_id}>".encode())  # fmt: skip
    assert receipt(doubtful).message_id.encode() in copy
    doubtful.mailbox.put(copy, doubtful.now, (SUPPORT,))
    doubtful.tick()
    assert receipt(doubtful).state is State.SENT
    story = " ".join(doubtful.story())
    assert "letter reconciled" in story
    assert "moved: intake to acknowledged: the receipt was sent" in story


def test_a_guessed_id_settles_nothing(doubtful):
    raw = f"From: x@elsewhere.example\r\nTo: {SUPPORT}\r\nMessage-ID: <commsvc.1.aaaaaaaaaaaaaaaaaaaaaaaaaa@kestrel.example>\r\n\r\nhi\r\n"
    doubtful.mailbox.put(raw.encode(), doubtful.now, (SUPPORT,))
    doubtful.tick()
    assert receipt(doubtful).state is State.UNCERTAIN


def test_a_person_who_knows_says_arrived(doubtful):
    settle(doubtful, "ARRIVED")
    assert receipt(doubtful).state is State.SENT
    assert "it counts as sent now" in doubtful.text("outcome", DANA)


def test_a_person_who_knows_sends_the_same_letter_again(doubtful):
    before = receipt(doubtful).message_id
    settle(doubtful, "AGAIN Ada says that nothing came")
    doubtful.forward(minutes=1)
    assert doubtful.sent().count(f"acknowledge → {ADA}") == 1
    assert str(doubtful.last("acknowledge", ADA)["Message-ID"]) == f"<{before}>"


def test_what_is_not_in_doubt_is_not_sent_again(tmp_path):
    world = World(tmp_path)
    world.receives(DOWN, ADA)
    world.answers(DANA, "AGAIN please", "assignment")
    assert "not in doubt" in world.text("outcome", DANA)
    assert world.sent().count(f"acknowledge → {ADA}") == 1


@pytest.fixture
def bounced(tmp_path) -> World:
    world = World(tmp_path)
    world.receives(DOWN, ADA)
    world.first_answered(received=True)
    world.bounces(next(x for x in world.store.letters.of(world.case()) if x.wish.letter == "first_answer"))
    return world


def test_nothing_more_goes_to_an_address_from_which_a_letter_came_back(bounced):
    before = [s for s in bounced.sent() if s.endswith(ADA)]
    bounced.forward(hours=1)
    assert [s for s in bounced.sent() if s.endswith(ADA)] == before
    assert f"Answer CONTACT {BOB} to go on with Bob Larsen" in " ".join(bounced.text("needs_person", DANA).split())


def test_another_contact_of_the_account_is_written_to_instead(bounced):
    bounced.answers(DANA, f"CONTACT {BOB}", "needs_person")
    bounced.answers(DANA, "FACT the queue server is replaced", "assignment")
    bounced.answers(DANA, "APPROVE", "approval_request")
    bounced.forward(minutes=3)
    assert any(s.endswith(BOB) for s in bounced.sent())


@pytest.mark.parametrize("name", ["eve@elsewhere.example", "nobody", "hartmann"])
def test_only_contacts_of_the_account_can_be_chosen(bounced, name):
    bounced.answers(DANA, f"CONTACT {name}", "needs_person")
    assert bounced.store.cases.get(1).contact == ADA


def test_a_report_to_the_mailbox_that_names_a_letter_is_put_to_the_owner_once_and_changes_nothing(world):
    world.receives(DOWN, ADA)
    letter = receipt(world)
    report = (
        f"From: postmaster@kestrel.example\r\nTo: {SUPPORT}\r\nSubject: Undeliverable: Orders\r\nMIME-Version: 1.0\r\n"
        f"In-Reply-To: <{letter.message_id}>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; kestrel.example\r\n\r\n"
        f"Final-Recipient: rfc822; {ADA}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    ).encode()
    for n in range(3):
        world.mailbox.put(report + b"%d" % n, world.now, (SUPPORT,))
        world.tick()
    assert receipt(world).state is State.SENT
    assert world.sent(DANA).count(f"needs_person → {DANA}") == 1
    assert f"acknowledge to {ADA} did not arrive" in " ".join(world.text("needs_person", DANA).split())
