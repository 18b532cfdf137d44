"""The tokens of programs that use the API, and what was answered to each order of theirs."""


def up(migrator, db):  # type: ignore[no-untyped-def]
    sqlite = "Sqlite" in type(db).__name__
    id = "INTEGER PRIMARY KEY AUTOINCREMENT" if sqlite else "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
    int_, strict = ("INTEGER", " STRICT") if sqlite else ("BIGINT", "")
    db.execute_sql(
        f"CREATE TABLE token (id {id}, name TEXT NOT NULL, secret_hash TEXT NOT NULL UNIQUE, person TEXT NOT NULL,"
        f" scopes TEXT NOT NULL, accounts TEXT NOT NULL, made_at {int_} NOT NULL, ends_at {int_} NOT NULL, revoked_at {int_}){strict}"
    )
    db.execute_sql(
        f"CREATE TABLE placed (id {id}, token_id {int_} NOT NULL REFERENCES token (id), idempotency_key TEXT NOT NULL,"
        f" request TEXT NOT NULL, command_id {int_} NOT NULL REFERENCES command (id), UNIQUE (token_id, idempotency_key)){strict}"
    )
    db.execute_sql("CREATE INDEX placed_command ON placed (command_id)")
    db.execute_sql("CREATE INDEX escalation_opened ON escalation (opened_at)")
