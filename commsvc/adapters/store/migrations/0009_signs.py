"""Signs of life: when something last happened. And mails of one mailbox in the order of their arrival."""


def up(migrator, db):  # type: ignore[no-untyped-def]
    int_, strict = ("INTEGER", " STRICT") if "Sqlite" in type(db).__name__ else ("BIGINT", "")
    db.execute_sql(f"CREATE TABLE sign (name TEXT NOT NULL PRIMARY KEY, at {int_} NOT NULL){strict}")
    db.execute_sql("CREATE INDEX raw_arrived ON raw_mail (mailbox, received_at)")
