"""The tables as peewee sees them, the shape of times and lists in them, and how a row is claimed.

Queries are built with peewee's `Table`: no row objects on the hot path, one spelling for SQLite and
PostgreSQL. The schema itself is in `migrations/`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from peewee import Database, PostgresqlDatabase, Table

from commsvc.domain.promise.promise import Subject
from commsvc.errors import Missing, Stale

Row = dict[str, Any]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def us(instant: datetime) -> int:
    """Microseconds since 1970 of an aware instant."""
    return (instant - _EPOCH) // _MICROSECOND


def maybe_us(instant: datetime | None) -> int | None:
    return None if instant is None else us(instant)


def at(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


def maybe_at(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else at(microseconds)


def subject_of(row: Row) -> Subject:
    return Subject(row["subject_kind"], row["subject_id"])


def words(text: str) -> tuple[str, ...]:
    """A list of words kept as one text."""
    return tuple(text.split())


class Tables:
    """Every table, bound to one database."""

    def __init__(self, db: Database) -> None:
        self.db = db
        claimed = ("attempts", "lease_until", "fence")
        subject = ("subject_kind", "subject_id")
        self.playbook = self._table("playbook", "digest", "version", "files", "loaded_at")
        self.mailbox = Table("mailbox", ("name", "first_connected_at", "uidvalidity", "last_uid", "last_seen_at", "taken"),
                             primary_key=False, _database=db)  # fmt: skip
        self.raw_mail = self._table(
            "raw_mail", "mailbox", "uidvalidity", "uid", "received_at", "sha256", "body", "rcpt_to", "submitted_by",
            "history", "state", "reason", *claimed)  # fmt: skip
        self.message = self._table("message", "raw_id", "message_id", "body_hash", *subject, "sender", "subject",
                                   "words", "received_at", "by_us", "conversation")  # fmt: skip
        self.escalation = self._table(
            "escalation", "account_id", "contact", "subject", "stage", "severity", "confirmed", "category", "area",
            "language", "owner", "backup", "impact", "holds", "restricted", "trusted", "playbook", "opened_at",
            "revision", "mailbox")  # fmt: skip
        self.timeline = self._table("timeline", *subject, "at", "what", "who", "rule", "said", "evidence", "playbook")
        self.promise = self._table("promise", *subject, "kind", "span", "started_at", "due_at", "state", "step",
                                   "next_at", "acked_by", "regarding", "settled_at", *claimed)  # fmt: skip
        self.fact = self._table("fact", *subject, "statement", "disclosure", "source", "at", "told_in")
        self.letter = self._table(
            "letter", *subject, "letter", "audience", "recipient", "wish_key", "promise_id", "regarding", "note",
            "state", "created_at", "title", "body_text", "body_html", "calendar", "method", "rule", "revision",
            "approve_by", "expires_at", "approved_by", "approved_digest", "send_at", "names_update_at", "message_id",
            "in_reply_to", "refs", "reply_to", "why", "sent_at", *claimed)  # fmt: skip
        self.asked = self._table("asked", "letter_id", "about_letter", "person", "digest", "used_at")
        self.command = self._table("command", "verb", "argument", "person", "channel", *subject, "letter_id",
                                   "digest", "at", "state", "outcome", *claimed)  # fmt: skip
        self.call = self._table("call", *subject, "type", "uid", "sequence", "state", "start_at", "end_at",
                                "wanted_at", *claimed)  # fmt: skip
        self.attendee = self._table("attendee", "call_id", "name", "address", "customer", "status")
        self.reservation = self._table("reservation", "person", "start_at", "end_at", "call_id")
        self.switch = self._table("switch", "scope", "name", "live", "resumes", "by_whom", "reason", "at")
        self.session = self._table("session", "token_hash", "person", "csrf", "ends_at")
        self.one_time = self._table("one_time", "secret_hash", "person", "ends_at")
        self.trouble = self._table("trouble", "source", "said", "at")

    def _table(self, name: str, *columns: str) -> Table:
        return Table(name, ("id", *columns), primary_key="id", _database=self.db)


def insert_new(table: Table, key: Sequence[Any], row: Row) -> bool:
    """Insert a row unless one with this key is there, even if another worker wrote it this very moment."""
    query = table.insert(row).on_conflict(action="nothing", conflict_target=key)
    return bool(query.as_rowcount().execute() == 1)


def one(query: Any, what: str) -> Row:
    """The only row of a query. Raises Missing, naming `what` was asked for."""
    found: Row | None = query.get()
    if found is None:
        raise Missing(f"there is no {what}")
    return found


def claim(table: Table, db: Database, state: str, now: datetime, limit: int, lease: timedelta,
          *also: Any) -> Sequence[Row]:  # fmt: skip
    """Take up to `limit` rows in this state for ourselves, oldest first.

    Attempts are counted here, so that a row which kills its worker is counted too. A row whose lease
    has ended may be taken again; its new fence makes the former worker's writes fail.
    """
    rows = table.select(table.id).where((table.state == state) & (table.lease_until <= us(now)), *also)
    rows = rows.order_by(table.id).limit(limit)
    if isinstance(db, PostgresqlDatabase):
        rows = rows.for_update("FOR UPDATE SKIP LOCKED")
    ids = [r["id"] for r in rows]
    if not ids:
        return []
    table.update(
        {table.attempts: table.attempts + 1, table.fence: table.fence + 1, table.lease_until: us(now + lease)}
    ).where(table.id.in_(ids)).execute()
    return list(table.select().where(table.id.in_(ids)).order_by(table.id))


def write_claimed(table: Table, id: int, fence: int, values: Row, free_at: datetime = _EPOCH) -> None:
    """Write a row that we hold, and let go of it. Raises Stale when it is no longer ours."""
    changed = table.update(**values, lease_until=us(free_at)).where((table.id == id) & (table.fence == fence)).execute()
    if changed != 1:
        raise Stale(f"row {id} was taken by another worker")
