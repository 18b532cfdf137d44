"""The whole life of a call: the times that are offered, how often a new one was looked for, what stands in calendars."""


def up(migrator, db):  # type: ignore[no-untyped-def]
    sqlite = "Sqlite" in type(db).__name__
    id = "INTEGER PRIMARY KEY AUTOINCREMENT" if sqlite else "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
    int_, strict = ("INTEGER", " STRICT") if sqlite else ("BIGINT", "")
    for column, first in (("declines", 0), ("entered", -1), ("revision", 0)):
        db.execute_sql(f"ALTER TABLE call ADD COLUMN {column} {int_} NOT NULL DEFAULT {first}")
    db.execute_sql(
        f"CREATE TABLE offer (id {id}, call_id {int_} NOT NULL REFERENCES call (id), number {int_} NOT NULL,"
        f" start_at {int_} NOT NULL, end_at {int_} NOT NULL, UNIQUE (call_id, number)){strict}"
    )
    db.execute_sql("CREATE INDEX call_live ON call (id) WHERE state IN ('booked', 'times are offered')")
    gone = "state IN ('cancelled', 'no time suits: a person calls') AND entered >= 0 AND entered < sequence"
    db.execute_sql(f"CREATE INDEX call_withdrawn ON call (id) WHERE {gone}")
    db.execute_sql("CREATE INDEX reservation_call ON reservation (call_id)")
    db.execute_sql("CREATE INDEX attendee_call ON attendee (call_id)")
