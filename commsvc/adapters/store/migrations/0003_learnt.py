"""What mails taught us about the people who write, and what ours said to it."""


def up(migrator, db):  # type: ignore[no-untyped-def]
    sqlite = "Sqlite" in type(db).__name__
    id = "INTEGER PRIMARY KEY AUTOINCREMENT" if sqlite else "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
    int_, strict = ("INTEGER", " STRICT") if sqlite else ("BIGINT", "")
    db.execute_sql(
        f"CREATE TABLE learnt (id {id}, account_id TEXT NOT NULL, address TEXT NOT NULL, what TEXT NOT NULL, value TEXT NOT NULL,"
        f" evidence TEXT NOT NULL, case_id {int_} NOT NULL, asked TEXT NOT NULL, at {int_} NOT NULL, state TEXT NOT NULL,"
        f" decided_by TEXT NOT NULL DEFAULT '', decided_at {int_}, UNIQUE (address, what, value)){strict}"
    )
    db.execute_sql("CREATE INDEX learnt_confirmed ON learnt (decided_at) WHERE state = 'confirmed'")
    db.execute_sql("CREATE INDEX learnt_account ON learnt (account_id)")
