"""Full-text search over past cases: FTS5 in SQLite, a tsvector with a GIN index in PostgreSQL.

Of a resolved case the words are kept that it can be found by, each once; a restricted case is never kept. An
erasure takes the words out and has the index written anew, so that it holds none of them.
Sources: SQLite FTS5, sections 3 and 6.6; PostgreSQL manual, chapter 12.
"""

from collections.abc import Sequence

from peewee import SqliteDatabase

from commsvc.adapters.store.rows import Tables
from commsvc.domain.case.alike import described, terms
from commsvc.domain.case.case import Case, Stage


class CaseWords:
    """The words of past cases."""

    def __init__(self, tables: Tables) -> None:
        self._db, self._fts = tables.db, isinstance(tables.db, SqliteDatabase)

    def keep(self, case: Case) -> None:
        """Keep the words of a case that is over; let go of those of one that is restricted."""
        if case.stage is not Stage.RESOLVED and not case.restricted:
            return
        self._drop(case.id)
        if case.restricted:
            return
        words = " ".join(terms(described(case)))
        if self._fts:
            self._db.execute_sql("INSERT INTO case_text (rowid, words) VALUES (?, ?)", (case.id, words))
        else:
            self._db.execute_sql(
                "INSERT INTO case_text (case_id, words) VALUES (%s, to_tsvector('simple', %s))", (case.id, words)
            )

    def erase(self, case_id: int) -> None:
        """Take out the words of a case, and what the index remembers of them."""
        self._drop(case_id)
        if self._fts:
            self._db.execute_sql("INSERT INTO case_text (case_text) VALUES ('optimize')")

    def find(self, words: Sequence[str], limit: int) -> list[int]:
        """The cases that share some of these words, those that share the rarest or the most first."""
        if not words:
            return []
        if self._fts:
            wanted = " OR ".join(f'"{w}"' for w in words)
            sql = "SELECT rowid FROM case_text WHERE case_text MATCH ? ORDER BY rank, rowid DESC LIMIT ?"
            return [row[0] for row in self._db.execute_sql(sql, (wanted, limit)).fetchall()]
        wanted = " | ".join(words)
        sql = (
            "SELECT case_id FROM case_text, to_tsquery('simple', %s) AS wanted WHERE words @@ wanted"
            " ORDER BY ts_rank(words, wanted) DESC, case_id DESC LIMIT %s"
        )
        return [row[0] for row in self._db.execute_sql(sql, (wanted, limit)).fetchall()]

    def _drop(self, case_id: int) -> None:
        sql = "DELETE FROM case_text WHERE rowid = ?" if self._fts else "DELETE FROM case_text WHERE case_id = %s"
        self._db.execute_sql(sql, (case_id,))
