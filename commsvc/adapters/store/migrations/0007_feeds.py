"""The secret address of each person's calendar feed, as a hash."""


def up(migrator, db):  # type: ignore[no-untyped-def]
    sqlite = "Sqlite" in type(db).__name__
    id = "INTEGER PRIMARY KEY AUTOINCREMENT" if sqlite else "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
    strict = " STRICT" if sqlite else ""
    db.execute_sql(
        f"CREATE TABLE feed (id {id}, person TEXT NOT NULL UNIQUE, secret_hash TEXT NOT NULL UNIQUE){strict}"
    )
