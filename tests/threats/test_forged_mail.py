"""Headers, domains and delivery reports that somebody forged (T4, T9, T10, T11, T29): nothing of ours believes them."""

import os
from pathlib import Path

import pytest

from commsvc.domain.letter.letter import Letter
from commsvc.domain.letter.letter import State as LetterState
from commsvc.domain.letter.tokens import Mint
from tests.stories.world import ADA, DOWN, SUPPORT, World

OURS = "mx.kestrel.example"
REPORTS = 1_000 if os.environ.get("COMMSVC_PROVE") else 200
PASS = f"{OURS}; dmarc=pass header.from=nimbusretail.example"
TRUSTED = f"from mx.partner.example (mx.partner.example [192.0.2.7]) by {OURS}; Mon, 23 Nov 2026 08:12:00 +0000"


def report(to: str, about: str, action: str = "failed") -> bytes:
    return (
        f"From: mailer-daemon@nimbusretail.example\r\nTo: {to}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.nimbusretail.example\r\n\r\n"
        f"Final-Recipient: rfc822; {about}\r\nAction: {action}\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    ).encode()


def sent_letters(world: World) -> list[Letter]:
    return [world.store.letters.get(e.letter_id) for e in world.sender.sent]


class TestDeliveryReports:
    def forged(self, world: World, letter: Letter, number: int) -> str:
        """An address as an attacker would write it: a report to it must change nothing."""
        real = world.mint.bounce_address(letter.id)
        local, _, domain = real.partition("@")
        other = Mint(b"another installation's secret", world.mint.domain, world.mint.mailbox)
        return (
            SUPPORT,
            f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}",
            real.replace(f"+b{letter.id}.", f"+b{letter.id + 1}."),
            f"{local}@{domain}.evil.example",
            other.bounce_address(letter.id),
            world.mint.person_address(letter.id).replace("+p", "+b"),
            world.mint.case_address(1).replace("+c", "+b"),
        )[number % 7]

    def settle(self, world: World) -> None:
        for _ in range(REPORTS // 100 + 1):
            world.tick()

    def test_only_those_to_an_address_we_made_touch_a_letter_and_none_is_answered(self, world: World) -> None:
        world.receives(DOWN, ADA)
        world.first_answered(received=True)
        letters = [x for x in sent_letters(world) if x.wish.to == ADA]
        assert letters
        before = len(world.sender.sent)
        for number in range(REPORTS // 2):
            to = self.forged(world, letters[number % len(letters)], number)
            world.mailbox.put(report(to, ADA) + b"%d" % number, world.now, (to,))
        self.settle(world)
        assert [world.store.letters.get(x.id).state for x in letters] == [LetterState.SENT] * len(letters)
        assert len(world.sender.sent) == before
        assert world.store.inbox.ledger()["ignored"] == REPORTS // 2
        for number in range(REPORTS // 2):
            letter = letters[number % len(letters)]
            to = world.mint.bounce_address(letter.id)
            world.mailbox.put(report(to, ADA) + b"%d" % number, world.now, (to,))
        self.settle(world)
        assert {world.store.letters.get(x.id).state for x in letters} == {LetterState.BOUNCED}
        told = world.sent()[before:]
        assert all("mailer-daemon" not in line and ADA not in line for line in told)
        assert len(world.store.cases.listed()) == 1
        assert len([line for line in world.story() if "delivery report" in line]) == len(letters)

    def test_a_delay_leaves_the_letter_sent(self, world: World) -> None:
        world.receives(DOWN, ADA)
        world.first_answered(received=True)
        letter = next(x for x in sent_letters(world) if x.wish.to == ADA)
        to = world.mint.bounce_address(letter.id)
        world.mailbox.put(report(to, ADA, "delayed"), world.now, (to,))
        world.tick()
        assert world.store.letters.get(letter.id).state is LetterState.SENT
        assert any("is delayed" in line for line in world.story())


def test_who_stands_in_copy_is_never_written_to(world: World) -> None:
    world.receives(DOWN, ADA, headers={"Cc": "eve@rival.example, new-account@site.example"})
    world.first_answered(received=True)
    world.forward(hours=3)
    assert world.sent(ADA)
    assert world.sent("eve@rival.example") == world.sent("new-account@site.example") == []


@pytest.mark.parametrize(
    ("sender", "ours"),
    [
        ("ADA@NimbusRetail.Example", True),
        ("x@evil-nimbusretail.example", False),
        ("x@nimbusretail.example.evil.example", False),
        ("x@nimbusretail.exampleevil", False),
        ("x@nimbusretai1.example", False),
        ("x@xn--nimbusretal-8zb.example", False),
        ("nimbusretail.example@evil.example", False),
    ],
)
def test_a_domain_is_an_accounts_only_when_it_is_the_same(world: World, sender: str, ours: bool) -> None:
    world.receives(DOWN, sender)
    assert (world.store.cases.get(1).account_id == "ACC-1008") is ours
    assert bool(world.sent(sender.lower())) is ours


@pytest.mark.parametrize(
    "above",
    [
        [("Received", TRUSTED), ("Authentication-Results", PASS)],
        [("Authentication-Results", PASS.replace(OURS, "mx.kestrel.example.evil.example")), ("Received", TRUSTED)],
        [("Authentication-Results", f"evil.example ({OURS}); dmarc=pass header.from=nimbusretail.example"), ("Received", TRUSTED)],
        [("Authentication-Results", f"{OURS}; dmarc=fail header.from=nimbusretail.example"), ("Received", TRUSTED), ("Authentication-Results", PASS)],
        [("Authentication-Results", f"{OURS}; dmarc=pass header.from=evil.example"), ("Received", TRUSTED)],
        [("Authentication-Results", f"{OURS}; dkim=pass header.d=nimbusretail.example"), ("Received", TRUSTED),
         ("DKIM-Signature", "v=1; d=nimbusretail.example; s=x; l=20; b=AA==")],
    ],
)  # fmt: skip
def test_a_forged_check_of_the_sender_earns_no_answer(tmp_path: Path, above: list[tuple[str, str]]) -> None:
    world = World(tmp_path, authserv_id=OURS)
    head = "".join(f"{name}: {value}\r\n" for name, value in above)
    raw = f"{head}From: {ADA}\r\nTo: {SUPPORT}\r\nSubject: Orders\r\nMessage-ID: <1@x.example>\r\n\r\n{DOWN}\r\n"
    world.mailbox.put(raw.encode(), world.now, (SUPPORT,))
    world.forward(minutes=5)
    assert world.sent(ADA) == []
    assert not world.store.cases.get(1).trusted


def test_no_header_of_a_stranger_steers_us(world: World, tmp_path: Path) -> None:
    orders = {
        "X-Commsvc-Case": "ESC-1", "X-Commsvc-Severity": "SEV4", "X-Commsvc-Owner": "eve@rival.example", "X-Commsvc-Approved": "yes",
        "X-RT-Command": "Owner: eve", "X-Zammad-Ticket-State": "closed", "X-Priority": "5", "X-Commsvc-Loop": "forged",
    }  # fmt: skip
    (tmp_path / "plain").mkdir()
    plain = World(tmp_path / "plain")
    world.receives(DOWN, ADA, headers=orders)
    plain.receives(DOWN, ADA)
    world.forward(minutes=30)
    plain.forward(minutes=30)
    one, two = world.store.cases.get(1), plain.store.cases.get(1)
    assert (one.severity, one.owner, one.stage, one.account_id) == (two.severity, two.owner, two.stage, two.account_id)
    assert world.sent() == plain.sent()
