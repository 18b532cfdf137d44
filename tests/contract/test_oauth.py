"""IMAP and SMTP with tokens instead of passwords: a real Dovecot and Postfix ask the issuer whether a token is good."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from commsvc.adapters.imap import ImapMailbox
from commsvc.adapters.oauth.google import GoogleApp, GooglePerson, visit
from commsvc.adapters.oauth.microsoft import MAIL, MicrosoftPerson
from commsvc.adapters.oauth.vault import Vault
from commsvc.adapters.smtp import SmtpSender
from commsvc.errors import Permanent, Temporary
from tests.contract.graphs import app, trusting
from tests.contract.mailbox import mail
from tests.contract.sender import ANA, letter, nothing
from tests.contract.test_graph_faults import Clock
from tests.servers.dovecot import Dovecot
from tests.servers.issuer import CLIENT, SECRET, TENANT, USER, Issuer
from tests.servers.postfix import Postfix


@pytest.fixture
def tokens_only(issuer: Issuer) -> Iterator[Dovecot]:
    with Dovecot(issuer=issuer) as server:
        yield server


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "sign-ins", tmp_path / "sign-ins.key")


def google(issuer: Issuer) -> GoogleApp:
    return GoogleApp(CLIENT, SECRET, f"{issuer.url}/authorize", f"{issuer.url}/token", issuer.tls())


def signed_in(issuer: Issuer, vault: Vault, clock=time.monotonic) -> GooglePerson:
    """A person went through the browser and agreed."""
    going = visit(google(issuer), USER, "http://127.0.0.1:1/back")
    with httpx.Client(verify=issuer.tls()) as browser:
        back = httpx.URL(browser.get(going.url).headers["Location"])
    going.back(back.params["code"], back.params["state"], vault)
    return GooglePerson(USER, google(issuer), vault, clock=clock)


def microsoft(issuer: Issuer, vault: Vault) -> MicrosoftPerson:
    return MicrosoftPerson(USER, TENANT, CLIENT, vault, authority=issuer.url, http=trusting(issuer))


def box(server: Dovecot, tokens, clock=time.monotonic) -> ImapMailbox:
    return ImapMailbox("support", "localhost", server.imaps_port, USER, "", context=server.tls(), tokens=tokens, timeout=5, clock=clock)  # fmt: skip


class TestGoogle:
    def test_a_person_who_agreed_once_opens_the_mailbox(
        self, issuer: Issuer, vault: Vault, tokens_only: Dovecot
    ) -> None:
        tokens_only.deliver(USER, mail(1))
        assert len(box(tokens_only, signed_in(issuer, vault)).fetch("", 10)) == 1

    def test_a_letter_leaves_by_the_same_sign_in(self, issuer: Issuer, vault: Vault, tokens_only: Dovecot) -> None:
        with Postfix(tokens_only.lmtp_port, auth_port=tokens_only.auth_port) as postfix:
            sender = SmtpSender("localhost", postfix.port, USER, context=postfix.tls(), tokens=signed_in(issuer, vault))
            sender.send(letter(ANA), nothing)
            assert "sasl_method=XOAUTH2, sasl_username=support@support.test" in postfix.log()

    def test_one_token_serves_while_it_lasts_and_is_renewed_a_minute_before_its_end(
        self, issuer: Issuer, vault: Vault
    ) -> None:
        clock = Clock()
        person = signed_in(issuer, vault, clock)
        before = issuer.issued
        first = [person.token(), person.token()]
        clock.now += issuer.lasts - 59
        assert person.token() not in first
        assert issuer.issued - before == 2

    def test_a_token_that_the_server_does_not_take_is_replaced_within_the_same_sign_in(
        self, issuer: Issuer, vault: Vault, tokens_only: Dovecot
    ) -> None:
        person = signed_in(issuer, vault)
        person.token()
        issuer.tokens.clear()
        assert list(box(tokens_only, person).fetch("", 10)) == []

    def test_each_new_refresh_token_is_kept_before_it_is_used(self, issuer: Issuer, vault: Vault) -> None:
        person = signed_in(issuer, vault)
        for _ in range(3):
            person.spoilt()
            person.token()
            assert list(issuer.refresh) == [json.loads(vault.read(USER))["refresh_token"]]
        assert GooglePerson(USER, google(issuer), vault).token()

    def test_two_that_renew_at_once_do_not_spoil_each_others_sign_in(self, issuer: Issuer, vault: Vault) -> None:
        people = [signed_in(issuer, vault), *(GooglePerson(USER, google(issuer), vault) for _ in range(7))]
        got: list[str] = []
        threads = [threading.Thread(target=lambda p=p: got.append(p.token())) for p in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(got)) == 8

    def test_a_consent_that_was_taken_back_says_what_to_do_and_is_not_asked_at_every_tick(
        self, issuer: Issuer, vault: Vault, tokens_only: Dovecot
    ) -> None:
        clock = Clock()
        mailbox = box(tokens_only, signed_in(issuer, vault, clock), clock)
        issuer.refresh.clear()
        for _ in range(3):
            with pytest.raises(Permanent, match=r"it was taken back.*commsvc login support@support.test"):
                mailbox.fetch("", 10)
        asked = issuer.asked
        signed_in(issuer, vault)
        clock.now += 1
        assert list(mailbox.fetch("", 10)) == []
        assert issuer.asked > asked

    def test_an_endpoint_that_is_down_is_temporary_for_mail_and_letters(
        self, issuer: Issuer, vault: Vault, tokens_only: Dovecot
    ) -> None:
        person = signed_in(issuer, vault)
        issuer.down = True
        with pytest.raises(Temporary, match="Google's sign-in is not well: 503"):
            box(tokens_only, person).fetch("", 10)

    def test_a_visit_that_comes_back_with_anothers_answer_is_refused(self, issuer: Issuer, vault: Vault) -> None:
        going = visit(google(issuer), USER, "http://127.0.0.1:1/back")
        with pytest.raises(Permanent, match="another visit's answer"):
            going.back("code", "state of somebody else", vault)
        assert vault.read(USER) == ""

    def test_whoever_never_signed_in_is_told_how(self, issuer: Issuer, vault: Vault) -> None:
        with pytest.raises(Permanent, match=r"nobody has signed in as .* yet; to sign in again: commsvc login"):
            GooglePerson(USER, google(issuer), vault).token()

    def test_a_sign_in_that_fails_is_the_fault_of_no_letter(
        self, issuer: Issuer, vault: Vault, tokens_only: Dovecot
    ) -> None:
        with Postfix(tokens_only.lmtp_port, auth_port=tokens_only.auth_port) as postfix:
            tokens = GooglePerson(USER, google(issuer), vault)
            sender = SmtpSender("localhost", postfix.port, USER, context=postfix.tls(), tokens=tokens)
            with pytest.raises(Temporary, match="nobody has signed in"):
                sender.send(letter(ANA), nothing)


class TestMicrosoft:
    def agreed(self, issuer: Issuer, vault: Vault) -> MicrosoftPerson:
        person, shown = microsoft(issuer, vault), list[str]()
        waiting = threading.Thread(target=person.sign_in, args=(shown.append,))
        waiting.start()
        while not shown:
            time.sleep(0.01)
        issuer.approve(shown[0].rpartition(" ")[2])
        waiting.join()
        return person

    def test_a_code_typed_on_any_device_opens_the_mailbox(
        self, issuer: Issuer, vault: Vault, tokens_only: Dovecot
    ) -> None:
        tokens_only.deliver(USER, mail(1))
        assert len(box(tokens_only, self.agreed(issuer, vault)).fetch("", 10)) == 1

    def test_a_person_who_takes_their_time_holds_up_nobody(self, issuer: Issuer, vault: Vault) -> None:
        self.agreed(issuer, vault)
        person, shown = microsoft(issuer, vault), list[str]()
        waiting = threading.Thread(target=person.sign_in, args=(shown.append,))
        waiting.start()
        while not shown:
            time.sleep(0.01)
        assert issuer.good(microsoft(issuer, vault).token())
        assert waiting.is_alive()
        issuer.approve(shown[0].rpartition(" ")[2])
        waiting.join()

    def test_the_sign_in_outlives_the_process_and_every_renewal(self, issuer: Issuer, vault: Vault) -> None:
        self.agreed(issuer, vault)
        for _ in range(3):
            again = microsoft(issuer, vault)
            before = again.token()
            again.spoilt()
            assert again.token() != before

    def test_a_sign_in_that_was_taken_back_says_what_to_do(self, issuer: Issuer, vault: Vault) -> None:
        person = self.agreed(issuer, vault)
        issuer.refresh.clear()
        person.spoilt()
        with pytest.raises(
            Permanent, match=r"not used for too long, or was taken back.*commsvc login support@support.test"
        ):
            person.token()

    def test_an_app_opens_mailboxes_for_itself(self, issuer: Issuer) -> None:
        assert issuer.good(app(issuer, scope=MAIL).token())


class TestVault:
    def test_what_was_kept_is_read_again_and_is_in_no_file(self, vault: Vault, tmp_path: Path) -> None:
        vault.write(USER, "refresh-canary")
        assert vault.read(USER) == "refresh-canary"
        files = [f for f in tmp_path.rglob("*") if f.is_file()]
        assert not any(b"canary" in f.read_bytes() for f in files)
        assert {f.stat().st_mode & 0o077 for f in files} == {0}

    def test_another_key_opens_nothing_and_says_so(self, vault: Vault, tmp_path: Path) -> None:
        vault.write(USER, "x")
        other = Vault(tmp_path / "sign-ins", tmp_path / "other.key")
        with pytest.raises(Permanent, match=r"not opened by the key in other\.key"):
            other.read(USER)

    def test_a_key_that_others_can_read_is_not_used(self, vault: Vault, tmp_path: Path) -> None:
        vault.write(USER, "x")
        (tmp_path / "sign-ins.key").chmod(0o644)
        with pytest.raises(Permanent, match="chmod 600"):
            vault.read(USER)
