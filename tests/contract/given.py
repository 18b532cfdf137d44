"""Values that the store's suites begin with."""

from datetime import UTC, datetime, timedelta

from commsvc.domain.case.case import Case, Stage
from commsvc.domain.letter.letter import Audience, Wish, Words
from commsvc.domain.mail.arrival import Arrival
from commsvc.domain.mail.mail import Mail
from commsvc.domain.mail.parse import parse
from commsvc.domain.playbook.words import Hold, Severity
from commsvc.domain.promise.promise import Subject

NOW = datetime(2026, 11, 23, 14, 2, 0, 123456, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LEASE = 10 * MINUTE
ANA, BOB = "ana@customers.test", "bob@customers.test"
SUBJECT, OTHER = Subject("case", 1), Subject("case", 2)
ODD = "Größe 🎉 'quoted' \"double\" % %s ? \\ \r\n\ttail"
CASE = Case(
    id=0, account_id="acme", contact=ANA, subject=ODD, stage=Stage.INTAKE, severity=Severity.SEV2, confirmed=False,
    category="outage", area="orders", language="de", owner="olga@support.test", backup="ben@support.test", impact=ODD,
    holds=(Hold.LEGAL, Hold.SECURITY), restricted=True, trusted=True, playbook="d1", opened_at=NOW, revision=3,
    merged_into=7, paused_until=NOW + DAY, pause="customer",
)  # fmt: skip
WORDS = Words("[ESC-1] Orders", ODD, f"<p>{ODD}</p>", "BEGIN:VCALENDAR", "REQUEST")


def raw(n: int, text: str = "Everything is down.") -> bytes:
    return f"From: {ANA}\r\nSubject: Orders {n}\r\nMessage-ID: <{n}@customers.test>\r\n\r\n{text}\r\n".encode()


def arrival(n: int, at: datetime = NOW, validity: int = 7, box: str = "support", body: bytes | None = None) -> Arrival:
    return Arrival(
        box, validity, str(n), raw(n) if body is None else body, at, ("support@support.test", "help@support.test"), ANA
    )


def mail(n: int, text: str = "Everything is down.") -> Mail:
    return parse(raw(n, text))


def wish(key: str, subject: Subject = SUBJECT, to: str = ANA, audience: Audience = Audience.CUSTOMER) -> Wish:
    return Wish("acknowledge", subject, audience, to, key, promise_id=5, regarding=6, note=ODD)
