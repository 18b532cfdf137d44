"""Cases that are merged or wait for their customer, and mails that were parted from a case they had joined."""


def up(migrator, db):  # type: ignore[no-untyped-def]
    """Add the columns in the dialect of `db`."""
    int_ = "INTEGER" if "Sqlite" in type(db).__name__ else "BIGINT"
    db.execute_sql(f"ALTER TABLE escalation ADD COLUMN merged_into {int_} NOT NULL DEFAULT 0")
    db.execute_sql(f"ALTER TABLE escalation ADD COLUMN paused_until {int_}")
    db.execute_sql("ALTER TABLE escalation ADD COLUMN pause TEXT NOT NULL DEFAULT ''")
    db.execute_sql(f"ALTER TABLE raw_mail ADD COLUMN apart {int_} NOT NULL DEFAULT 0")
