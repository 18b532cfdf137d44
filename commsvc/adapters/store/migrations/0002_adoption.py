"""Versions of the rules that people propose and adopt, who is told of them, and pilots of a version."""

TABLES = (
    "adoption (id {id}, digest TEXT NOT NULL, version TEXT NOT NULL, replaces TEXT NOT NULL, reason TEXT NOT NULL, files TEXT NOT NULL,"
    " proposed_by TEXT NOT NULL, proposed_at {int} NOT NULL, adopted_by TEXT NOT NULL, adopted_at {int}, effective_at {int})",
    "told (id {id}, adoption_id {int} NOT NULL REFERENCES adoption (id), person TEXT NOT NULL, answered_at {int},"
    " objection TEXT NOT NULL, UNIQUE (adoption_id, person))",
    "pilot (id {id}, digest TEXT NOT NULL, version TEXT NOT NULL, accounts TEXT NOT NULL, started_by TEXT NOT NULL,"
    " started_at {int} NOT NULL, ended_by TEXT NOT NULL, ended_at {int})",
)


def up(migrator, db):  # type: ignore[no-untyped-def]
    """Create the tables in the dialect of `db`."""
    words = _words(db)
    for table in TABLES:
        db.execute_sql(f"CREATE TABLE {table.format(**words)}{words['strict']}")


def _words(db):  # type: ignore[no-untyped-def]
    if "Sqlite" in type(db).__name__:
        return {"id": "INTEGER PRIMARY KEY AUTOINCREMENT", "int": "INTEGER", "strict": " STRICT"}
    return {"id": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "int": "BIGINT", "strict": ""}
