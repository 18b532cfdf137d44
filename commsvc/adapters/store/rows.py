"""The tables as peewee sees them, the shape of times and lists in them, and how a row is claimed.

Queries are built with peewee's `Table`: no row objects on the hot path, one spelling for SQLite and
PostgreSQL. Spelling one takes several times as long as SQLite takes to run it, so the queries that
every mail needs are spelled once and kept: `Statement`, `Insert`, `Update`. The schema itself is in `migrations/`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from peewee import SQL, Database, PostgresqlDatabase, Table

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
            "history", "state", "reason", "apart", *claimed)  # fmt: skip
        self.message = self._table("message", "raw_id", "message_id", "body_hash", *subject, "sender", "subject",
                                   "words", "received_at", "by_us", "conversation")  # fmt: skip
        self.escalation = self._table(
            "escalation", "account_id", "contact", "subject", "stage", "severity", "confirmed", "category", "area",
            "language", "owner", "backup", "impact", "holds", "restricted", "trusted", "playbook", "opened_at",
            "revision", "mailbox", "told", "risk", "merged_into", "paused_until", "pause")  # fmt: skip
        self.timeline = self._table("timeline", *subject, "at", "what", "who", "rule", "said", "evidence", "playbook",
                                    "salt", "digest", "link")  # fmt: skip
        self.learnt = self._table("learnt", "account_id", "address", "what", "value", "evidence", "case_id", "asked", "at",
                                  "state", "decided_by", "decided_at")  # fmt: skip
        self.chain = self._table("chain", *subject, "head")
        self.tombstone = self._table("tombstone", "salt", "proof", "at")
        self.promise = self._table("promise", *subject, "kind", "span", "started_at", "due_at", "state", "step",
                                   "next_at", "acked_by", "quiet_until", "regarding", "settled_at", *claimed)  # fmt: skip
        self.fact = self._table("fact", *subject, "statement", "disclosure", "source", "at", "confirmed_by",
                                "confirmed_at", "told_in")  # fmt: skip
        self.letter = self._table(
            "letter", *subject, "letter", "audience", "recipient", "wish_key", "promise_id", "regarding", "note",
            "state", "created_at", "title", "body_text", "body_html", "calendar", "method", "twin", "rule", "revision",
            "approve_by", "expires_at", "approved_by", "approved_digest", "send_at", "names_update_at", "message_id",
            "in_reply_to", "refs", "reply_to", "why", "sent_at", "released", *claimed)  # fmt: skip
        self.asked = self._table("asked", "letter_id", "about_letter", "person", "digest", "used_at")
        self.command = self._table("command", "verb", "argument", "person", "channel", *subject, "letter_id",
                                   "digest", "at", "state", "outcome", *claimed)  # fmt: skip
        self.switch = self._table("switch", "scope", "name", "live", "resumes", "by_whom", "reason", "at")
        self.left_list = self._table("left_list", "list", "address", "at")
        self.token = self._table(
            "token", "name", "secret_hash", "person", "scopes", "accounts", "made_at", "ends_at", "revoked_at"
        )
        self.placed = self._table("placed", "token_id", "idempotency_key", "request", "command_id")
        self.instance = self._table("instance", "token", "at")
        self.trouble = self._table("trouble", "source", "said", "at")
        self.sign = Table("sign", ("name", "at"), primary_key=False, _database=db)
        self._of_rules()
        self._of_calls(claimed, subject)
        self._of_people()

    def _of_calls(self, claimed: tuple[str, ...], subject: tuple[str, ...]) -> None:
        """Calls, the times that are offered for them, who is invited, whose time they hold."""
        self.call = self._table("call", *subject, "type", "uid", "sequence", "state", "start_at", "end_at",
                                "wanted_at", "declines", "entered", "revision", *claimed)  # fmt: skip
        self.offer = self._table("offer", "call_id", "number", "start_at", "end_at")
        self.attendee = self._table("attendee", "call_id", "name", "address", "customer", "status")
        self.reservation = self._table("reservation", "person", "start_at", "end_at", "call_id")

    def _of_people(self) -> None:
        """Who of ours is signed in, away, or asked to take a case over."""
        self.feed = self._table("feed", "person", "secret_hash")
        self.session = self._table("session", "token_hash", "person", "csrf", "ends_at")
        self.one_time = self._table("one_time", "secret_hash", "person", "ends_at")
        self.absence = self._table("absence", "person", "since_at", "until_at", "deputy", "told", "moved")
        self.handoff = self._table("handoff", "case_id", "giver", "receiver", "reason", "state", "round", "offered_at",
                                   "answered_at")  # fmt: skip

    def _of_rules(self) -> None:
        """What people decided about versions of the rules."""
        self.adoption = self._table("adoption", "digest", "version", "replaces", "reason", "files", "proposed_by",
                                    "proposed_at", "adopted_by", "adopted_at", "effective_at")  # fmt: skip
        self.told = self._table("told", "adoption_id", "person", "answered_at", "objection")
        self.pilot = self._table(
            "pilot", "digest", "version", "accounts", "started_by", "started_at", "ended_by", "ended_at"
        )

    def _table(self, name: str, *columns: str) -> Table:
        return Table(name, ("id", *columns), primary_key="id", _database=self.db)


@dataclass(frozen=True, slots=True)
class Given:
    """Stands in a kept query where the value of this name goes."""

    name: str


class Statement:
    """A query that is spelled once and run with other values each time."""

    def __init__(self, db: Database, query: Any) -> None:
        self._db = db
        self._sql, self._places = query.sql()

    def run(self, **values: Any) -> Any:
        """The cursor, after running it. `values`: one for each `Given`."""
        return self._db.execute_sql(self._sql, [values[p.name] if isinstance(p, Given) else p for p in self._places])

    def run_each(self, rows: Sequence[Row]) -> None:
        """Run it once for each of `rows`, in this order."""
        values = [[row[p.name] if isinstance(p, Given) else p for p in self._places] for row in rows]
        self._db.cursor().executemany(self._sql, values)

    def rows(self, **values: Any) -> list[Row]:
        cursor = self.run(**values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def changed(self, **values: Any) -> int:
        """How many rows it changed."""
        return int(self.run(**values).rowcount)


class Insert:
    """Inserts rows into one table; each set of columns is spelled once."""

    def __init__(self, db: Database, table: Table, key: Sequence[Any] = ()) -> None:
        self._db, self._table, self._key = db, table, key
        self._spelled: dict[tuple[str, ...], Statement] = {}

    def add(self, row: Row) -> int:
        """Insert a row. Its id, or 0 when one with this key is there, even if another worker wrote it
        this very moment.
        """
        columns = tuple(row)
        if columns not in self._spelled:
            self._spelled[columns] = Statement(self._db, self._query(columns))
        ids = self._spelled[columns].run(**row).fetchall()
        return ids[0][0] if ids else 0

    def _query(self, columns: Sequence[str]) -> Any:
        query = self._table.insert({c: Given(c) for c in columns}).returning(self._table.id)
        return query.on_conflict(action="nothing", conflict_target=self._key) if self._key else query


class Update:
    """Updates the row with an id, where `also` holds for it; each set of columns is spelled once."""

    def __init__(self, db: Database, table: Table, also: Any = None) -> None:
        self._db, self._table = db, table
        mine = table.id == Given("id")
        self._where = mine if also is None else mine & also
        self._spelled: dict[tuple[str, ...], Statement] = {}

    def write(self, id: int, row: Row, **also: object) -> int:
        """Write these columns of a row; `also`: what the condition was given. Returns how many rows were changed, 0 or 1."""
        columns = tuple(row)
        if columns not in self._spelled:
            query = self._table.update({getattr(self._table, c): Given(c) for c in columns}).where(self._where)
            self._spelled[columns] = Statement(self._db, query)
        return self._spelled[columns].changed(**row, id=id, **also)


def one(rows: Iterable[Row], what: str) -> Row:
    """The only row of a query. Raises Missing, naming `what` was asked for."""
    found = next(iter(rows), None)
    if found is None:
        raise Missing(f"there is no {what}")
    return found


class Claims:
    """Takes rows in one state for ourselves: in the order of `first`, then oldest first. Spelled once.

    Attempts are counted here, so that a row which kills its worker is counted too. A row whose lease
    has ended may be taken again; its new fence makes the former worker's writes fail. Rows are read after
    they are taken: SQLite would hold five copies of a large one to return it.
    """

    def __init__(self, db: Database, table: Table, state: str, also: Any = None, first: Sequence[str] = ()) -> None:
        free = (table.state == literal(state)) & (table.lease_until <= Given("now"))
        waiting = table.select(table.id).where(free if also is None else free & also)
        waiting = waiting.order_by(*(getattr(table, c) for c in first), table.id).limit(Given("limit"))
        if isinstance(db, PostgresqlDatabase):
            waiting = waiting.for_update("FOR UPDATE SKIP LOCKED")
        taken = {
            table.attempts: table.attempts + 1,
            table.fence: table.fence + 1,
            table.lease_until: Given("until"),
        }
        self._take = Statement(db, table.update(taken).where(table.id.in_(waiting)).returning(table.id))
        self._table, self._order = table, [getattr(table, c) for c in (*first, "id")]

    def take(self, now: datetime, limit: int, lease: timedelta) -> Sequence[Row]:
        """Up to `limit` rows, ours until `lease` from `now` ends."""
        ids = [r["id"] for r in self._take.rows(now=us(now), limit=limit, until=us(now + lease))]
        return list(self._table.select().where(self._table.id.in_(ids)).order_by(*self._order)) if ids else []


def literal(word: str) -> SQL:
    """A word of ours as it stands in a query, not beside it: a partial index is found by nothing else."""
    if not all(c.isalnum() or c in " :,;_" for c in word):
        raise ValueError(f"{word!r} is no word of ours")
    return SQL(f"'{word}'")


def write_claimed(table: Table, id: int, fence: int, values: Row, free_at: datetime = _EPOCH) -> None:
    """Write a row that we hold, and let go of it. Raises Stale when it is no longer ours."""
    ours = (table.id == id) & (table.fence == fence)
    still_ours(id, table.update(**values, lease_until=us(free_at)).where(ours).execute())


def still_ours(id: int, changed: int) -> None:
    """Raises Stale unless the write to a row that we held changed that row."""
    if changed != 1:
        raise Stale(f"row {id} was taken by another worker")
