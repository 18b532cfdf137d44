"""The first tables.

Times are integer microseconds since 1970 in UTC. Ids are never used twice. A row that a worker
claims carries attempts, lease_until and fence. Promises, letters, facts and timeline entries belong
to a subject (kind, id), so that a known issue, a plan or a review can own them as a case does.
"""

CLAIMED = "attempts {int} NOT NULL DEFAULT 0, lease_until {int} NOT NULL DEFAULT 0, fence {int} NOT NULL DEFAULT 0"
SUBJECT = "subject_kind TEXT NOT NULL, subject_id {int} NOT NULL"

TABLES = (
    "playbook (id {id}, digest TEXT NOT NULL UNIQUE, version TEXT NOT NULL, files TEXT NOT NULL, loaded_at {int} NOT NULL)",
    "mailbox (name TEXT NOT NULL PRIMARY KEY, first_connected_at {int} NOT NULL, uidvalidity {int} NOT NULL DEFAULT 0,"
    " last_uid {int} NOT NULL DEFAULT 0, last_seen_at {int} NOT NULL DEFAULT 0, taken {int} NOT NULL DEFAULT 0)",
    f"raw_mail (id {{id}}, mailbox TEXT NOT NULL, uidvalidity {{int}} NOT NULL, uid TEXT NOT NULL, received_at {{int}} NOT NULL,"
    f" sha256 TEXT NOT NULL, body {{blob}} NOT NULL, rcpt_to TEXT NOT NULL, submitted_by TEXT NOT NULL, history {{int}} NOT NULL,"
    f" state TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '', {CLAIMED}, UNIQUE (mailbox, uidvalidity, uid))",
    "message (id {id}, raw_id {int} NOT NULL REFERENCES raw_mail (id), message_id TEXT NOT NULL, body_hash TEXT NOT NULL,"
    " subject_kind TEXT NOT NULL, subject_id {int} NOT NULL, sender TEXT NOT NULL, subject TEXT NOT NULL, words TEXT NOT NULL,"
    " received_at {int} NOT NULL, by_us {int} NOT NULL, conversation TEXT NOT NULL)",
    "escalation (id {id}, account_id TEXT NOT NULL, contact TEXT NOT NULL, subject TEXT NOT NULL, stage TEXT NOT NULL,"
    " severity TEXT NOT NULL, confirmed {int} NOT NULL, category TEXT NOT NULL, area TEXT NOT NULL, language TEXT NOT NULL,"
    " owner TEXT NOT NULL, backup TEXT NOT NULL, impact TEXT NOT NULL, holds TEXT NOT NULL, restricted {int} NOT NULL,"
    " trusted {int} NOT NULL, playbook TEXT NOT NULL, opened_at {int} NOT NULL, revision {int} NOT NULL,"
    " mailbox TEXT NOT NULL, told TEXT NOT NULL, risk TEXT NOT NULL)",
    f"timeline (id {{id}}, {SUBJECT}, at {{int}} NOT NULL, what TEXT NOT NULL, who TEXT NOT NULL, rule TEXT NOT NULL,"
    " said TEXT NOT NULL, evidence TEXT NOT NULL, playbook TEXT NOT NULL, salt TEXT NOT NULL, digest TEXT NOT NULL,"
    " link TEXT NOT NULL)",
    f"chain (id {{id}}, {SUBJECT}, head TEXT NOT NULL, UNIQUE (subject_kind, subject_id))",
    f"promise (id {{id}}, {SUBJECT}, kind TEXT NOT NULL, span TEXT NOT NULL, started_at {{int}} NOT NULL, due_at {{int}} NOT NULL,"
    f" state TEXT NOT NULL, step {{int}} NOT NULL DEFAULT 0, next_at {{int}}, acked_by TEXT NOT NULL DEFAULT '', quiet_until {{int}},"
    f" regarding {{int}}, settled_at {{int}}, {CLAIMED})",
    f"fact (id {{id}}, {SUBJECT}, statement TEXT NOT NULL, disclosure TEXT NOT NULL, source TEXT NOT NULL, at {{int}} NOT NULL,"
    " confirmed_by TEXT NOT NULL, confirmed_at {int}, told_in {int})",
    f"letter (id {{id}}, {SUBJECT}, letter TEXT NOT NULL, audience TEXT NOT NULL, recipient TEXT NOT NULL, wish_key TEXT NOT NULL UNIQUE,"
    " promise_id {int}, regarding {int}, note TEXT NOT NULL, state TEXT NOT NULL, created_at {int} NOT NULL,"
    " title TEXT, body_text TEXT, body_html TEXT, calendar TEXT NOT NULL DEFAULT '', method TEXT NOT NULL DEFAULT '', twin TEXT NOT NULL DEFAULT '',"
    " rule TEXT NOT NULL DEFAULT '', revision {int} NOT NULL DEFAULT 0, approve_by {int}, expires_at {int},"
    " approved_by TEXT NOT NULL DEFAULT '', approved_digest TEXT NOT NULL DEFAULT '', send_at {int}, names_update_at {int},"
    " message_id TEXT NOT NULL DEFAULT '', in_reply_to TEXT NOT NULL DEFAULT '', refs TEXT NOT NULL DEFAULT '',"
    f" reply_to TEXT NOT NULL DEFAULT '', why TEXT NOT NULL DEFAULT '', sent_at {{int}}, released TEXT NOT NULL DEFAULT '', {CLAIMED})",
    "asked (id {id}, letter_id {int} NOT NULL REFERENCES letter (id), about_letter {int} NOT NULL REFERENCES letter (id),"
    " person TEXT NOT NULL, digest TEXT NOT NULL, used_at {int})",
    "command (id {id}, verb TEXT NOT NULL, argument TEXT NOT NULL, person TEXT NOT NULL, channel TEXT NOT NULL,"
    " subject_kind TEXT NOT NULL, subject_id {int} NOT NULL, letter_id {int}, digest TEXT NOT NULL DEFAULT '', at {int} NOT NULL,"
    f" state TEXT NOT NULL, outcome TEXT NOT NULL DEFAULT '', {CLAIMED})",
    f"call (id {{id}}, {SUBJECT}, type TEXT NOT NULL, uid TEXT NOT NULL UNIQUE, sequence {{int}} NOT NULL, state TEXT NOT NULL,"
    f" start_at {{int}}, end_at {{int}}, wanted_at {{int}} NOT NULL, {CLAIMED})",
    "attendee (id {id}, call_id {int} NOT NULL REFERENCES call (id), name TEXT NOT NULL, address TEXT NOT NULL,"
    " customer {int} NOT NULL, status TEXT NOT NULL, UNIQUE (call_id, address))",
    "reservation (id {id}, person TEXT NOT NULL, start_at {int} NOT NULL, end_at {int} NOT NULL,"
    " call_id {int} NOT NULL REFERENCES call (id), UNIQUE (person, start_at))",
    "switch (id {id}, scope TEXT NOT NULL, name TEXT NOT NULL, live {int} NOT NULL, resumes {int} NOT NULL DEFAULT 0, by_whom TEXT NOT NULL, reason TEXT NOT NULL,"
    " at {int} NOT NULL)",
    "session (id {id}, token_hash TEXT NOT NULL UNIQUE, person TEXT NOT NULL, csrf TEXT NOT NULL, ends_at {int} NOT NULL)",
    "one_time (id {id}, secret_hash TEXT NOT NULL UNIQUE, person TEXT NOT NULL, ends_at {int} NOT NULL)",
    "tombstone (id {id}, salt TEXT NOT NULL, proof TEXT NOT NULL UNIQUE, at {int} NOT NULL)",
    "absence (id {id}, person TEXT NOT NULL, since_at {int} NOT NULL, until_at {int} NOT NULL, deputy TEXT NOT NULL,"
    " told TEXT NOT NULL, moved {int} NOT NULL DEFAULT 0)",
    "handoff (id {id}, case_id {int} NOT NULL REFERENCES escalation (id), giver TEXT NOT NULL, receiver TEXT NOT NULL,"
    " reason TEXT NOT NULL, state TEXT NOT NULL, round {int} NOT NULL, offered_at {int} NOT NULL, answered_at {int})",
    "left_list (id {id}, list TEXT NOT NULL, address TEXT NOT NULL, at {int} NOT NULL, UNIQUE (list, address))",
    "instance (id {id}, token TEXT NOT NULL, at {int} NOT NULL)",
    "trouble (id {id}, source TEXT NOT NULL UNIQUE, said TEXT NOT NULL, at {int} NOT NULL)",
)

INDEXES = (
    "raw_waiting ON raw_mail (id) WHERE state = 'new'",
    "message_ids ON message (message_id)",
    "message_subject ON message (subject_kind, subject_id)",
    "message_conversation ON message (conversation)",
    "escalation_owner ON escalation (owner, stage)",
    "escalation_stage ON escalation (stage, restricted, id)",
    "escalation_account ON escalation (account_id, stage)",
    "timeline_subject ON timeline (subject_kind, subject_id, id)",
    "promise_due ON promise (next_at) WHERE state = 'open' AND next_at IS NOT NULL",
    "promise_owed ON promise (due_at, subject_id) WHERE state = 'open' AND subject_kind = 'case'",
    "promise_subject ON promise (subject_kind, subject_id)",
    "fact_subject ON fact (subject_kind, subject_id)",
    "letter_wanted ON letter (id) WHERE state = 'wanted'",
    "letter_ready ON letter (send_at) WHERE state = 'ready to send'",
    "letter_flight ON letter (id) WHERE state IN ('being sent', 'handed over, no answer yet', 'perhaps sent')",
    "letter_drafted ON letter (id) WHERE state = 'waits for approval'",
    "letter_subject ON letter (subject_kind, subject_id)",
    "letter_recipient ON letter (recipient, sent_at)",
    "letter_sent ON letter (sent_at)",
    "letter_message_id ON letter (message_id)",
    "asked_letter ON asked (letter_id)",
    "command_waiting ON command (id) WHERE state = 'new'",
    "call_wanted ON call (id) WHERE state = 'wanted'",
    "absence_until ON absence (until_at)",
    "handoff_case ON handoff (case_id)",
    "reservation_person ON reservation (person, end_at)",
)


def up(migrator, db):  # type: ignore[no-untyped-def]
    """Create the tables in the dialect of `db`."""
    words = _words(db)
    for table in TABLES:
        db.execute_sql(f"CREATE TABLE {table.format(**words)}{words['strict']}")
    for index in INDEXES:
        db.execute_sql(f"CREATE INDEX {index}")


def _words(db):  # type: ignore[no-untyped-def]
    if "Sqlite" in type(db).__name__:
        return {"id": "INTEGER PRIMARY KEY AUTOINCREMENT", "int": "INTEGER", "blob": "BLOB", "strict": " STRICT"}
    identity = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
    return {"id": identity, "int": "BIGINT", "blob": "BYTEA", "strict": ""}
