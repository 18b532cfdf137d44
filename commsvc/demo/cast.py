"""Scripted people. They read their own Maildir and answer by mail like anyone else, nothing more.

Owners confirm, tell facts, give first answers and propose solutions; account managers approve
updates; customers confirm, and accept invitations.
"""

import email
import email.policy
import hashlib
import mailbox
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

from icalendar import Calendar

from commsvc.domain.case.directory import Directory

FACTS = (
    "We see the same failure on our side and can repeat it at will",
    "The cause lies in the release of Saturday: one of two gateways kept its old certificate",
    "A correction is built and runs on our test system without the failure",
    "The correction is live on one of two gateways, and that one answers again",
)
SOLVED = "The certificate of the second gateway was replaced, and every request of the last hour went through"
REACTION = timedelta(minutes=2)
PATIENCE = {"SEV1": timedelta(hours=3), "SEV2": timedelta(hours=9), "SEV3": timedelta(hours=26)}
_KIND = re.compile(r"^.+: (.+?) to .+, SEV\d", re.MULTILINE)
_STATUS = re.compile(r"^(ESC-\d+) is yours \| (SEV\d)")


@dataclass
class Cast:
    """Everybody of the demo's world. `send(message, recipients)` is their mail program."""

    post: Path
    directory: Directory
    send: Callable[[EmailMessage, list[str]], None]
    _read: set[str] = field(default_factory=set)
    _later: list[tuple[datetime, EmailMessage, str]] = field(default_factory=list)
    _told: dict[str, int] = field(default_factory=dict)

    def act(self, now: datetime) -> None:
        """Read what is new, decide what to answer, and send the answers whose time has come."""
        for folder in sorted(self.post.iterdir()) if self.post.is_dir() else ():
            box = mailbox.Maildir(folder, create=False)
            for key in sorted(
                set(box.keys()) - {k.removeprefix(f"{folder.name}/") for k in self._read if k.startswith(folder.name)}
            ):
                self._read.add(f"{folder.name}/{key}")
                mail = email.message_from_bytes(box.get_bytes(key), policy=email.policy.default)
                self._answer(folder.name, mail, now)
        ready = [x for x in self._later if x[0] <= now]
        self._later = [x for x in self._later if x[0] > now]
        for _, message, to in ready:
            self.send(message, [to])

    def _answer(self, me: str, mail: EmailMessage, now: datetime) -> None:
        text = _text(mail)
        person = self.directory.person(me)
        if person is None:
            self._customer(me, mail, text, now)
        elif found := _STATUS.match(text):
            self._owner(me, mail, found[1], found[2], now)
        elif text.startswith("Please decide by"):
            self._approver(me, "account_manager" in person.roles, mail, text, now)

    def _owner(self, me: str, mail: EmailMessage, ref: str, severity: str, now: datetime) -> None:
        self._say(me, mail, "ACK", now + REACTION)
        if severity in ("SEV1", "SEV2"):
            self._say(me, mail, f"SEV {severity[3]} seen on our side as well", now + 2 * REACTION)
        self._say(me, mail, f"FACT {self._next_fact(ref)}", now + 2 * REACTION)
        self._say(me, mail, f"RESOLVE {SOLVED}", now + PATIENCE.get(severity, timedelta(hours=26)))

    def _approver(self, me: str, account_manager: bool, mail: EmailMessage, text: str, now: datetime) -> None:
        kind = found[1] if (found := _KIND.search(text)) else ""
        ref = str(mail["Subject"]).split()[0]
        if kind == "update no progress":
            if not account_manager and self._told.get(ref, 0) < len(FACTS):
                self._say(me, mail, f"FACT {self._next_fact(ref)}", now + REACTION)
            elif account_manager and self._told.get(ref, 0) >= len(FACTS):
                self._say(me, mail, "Approve.", now + REACTION)
        elif kind == "update progress" and account_manager:
            self._say(me, mail, "APPROVE\n\nSent from my phone", now + REACTION)
        elif not account_manager and kind != "update progress":
            self._say(me, mail, "APPROVE", now + REACTION)

    def _customer(self, me: str, mail: EmailMessage, text: str, now: datetime) -> None:
        invitation = next((p for p in mail.walk() if p.get_content_type() == "text/calendar"), None)
        if invitation is not None:
            self._accept(me, mail, invitation.get_content(), now)
        elif text.startswith("Fix proposed"):
            words = "I confirm, it works again. Thank you for keeping us informed."
            self._later.append((now + timedelta(minutes=20), _reply(me, mail, words), _reply_to(mail)))

    def _accept(self, me: str, mail: EmailMessage, invitation: str, now: datetime) -> None:
        answer = _reply(me, mail, "Accepted.")
        answer.add_alternative(_accepted(me, invitation), subtype="calendar", params={"method": "REPLY"})
        self._later.append((now + REACTION, answer, _reply_to(mail)))

    def _next_fact(self, ref: str) -> str:
        told = self._told.get(ref, 0)
        self._told[ref] = told + 1
        return FACTS[min(told, len(FACTS) - 1)]

    def _say(self, me: str, mail: EmailMessage, words: str, at: datetime) -> None:
        self._later.append((at, _reply(me, mail, words), _reply_to(mail)))


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body else ""


def _reply_to(mail: EmailMessage) -> str:
    return parseaddr(str(mail["Reply-To"]))[1]


def _reply(me: str, mail: EmailMessage, words: str) -> EmailMessage:
    """An answer in the thread, with the original quoted under it as mail programs do."""
    answer = EmailMessage()
    answer["From"], answer["To"] = me, _reply_to(mail)
    subject = str(mail["Subject"])
    answer["Subject"] = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    number = hashlib.sha256(f"{me} {mail['Message-ID']} {words}".encode()).hexdigest()[:16]
    answer["Message-ID"] = f"<{number}.{me}>"
    answer["In-Reply-To"] = str(mail["Message-ID"])
    answer["References"] = f"{mail['References'] or ''} {mail['Message-ID']}".strip()
    quoted = "\n".join(f"> {line}" for line in _text(mail).splitlines())
    answer.set_content(f"{words}\n\nOn {mail['Date']}, {mail['From']} wrote:\n{quoted}\n")
    return answer


def _accepted(me: str, invitation: str) -> str:
    """The calendar object of an acceptance (RFC 5546, 3.2.3)."""
    calendar = Calendar.from_ical(invitation)
    calendar["method"] = "REPLY"
    for event in calendar.walk("VEVENT"):
        people = event.get("attendee", [])
        for attendee in people if isinstance(people, list) else [people]:
            if str(attendee).lower() == f"mailto:{me}":
                attendee.params["partstat"] = "ACCEPTED"
                event["attendee"] = [attendee]
                break
    return bytes(calendar.to_ical()).decode()
