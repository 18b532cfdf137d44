"""The words that past cases are found by, in the full-text search of each database."""

PAST = "SELECT id, subject || ' ' || impact FROM escalation WHERE stage = 'resolved' AND restricted = 0"


def up(migrator, db):  # type: ignore[no-untyped-def]
    """Create the index, and fill it with the cases that are over."""
    if "Sqlite" in type(db).__name__:
        db.execute_sql("CREATE VIRTUAL TABLE case_text USING fts5 (words, tokenize = 'unicode61 remove_diacritics 0')")
        db.execute_sql(f"INSERT INTO case_text (rowid, words) {PAST}")
        return
    db.execute_sql("CREATE TABLE case_text (case_id BIGINT PRIMARY KEY, words tsvector NOT NULL)")
    db.execute_sql("CREATE INDEX case_text_words ON case_text USING gin (words)")
    past = PAST.replace("subject || ' ' || impact", "to_tsvector('simple', subject || ' ' || impact)")
    db.execute_sql(f"INSERT INTO case_text (case_id, words) {past}")
