"""Copy the record while it is used, and put a copy in an empty place.

SQLite: its online backup, in one step, so that the copy is of one moment and no writer waits for it.
PostgreSQL: pg_dump and pg_restore, which must be installed here. Sign-ins are in no copy.

Permanent:  the programs are missing or refuse, the place is not empty, the copy is damaged
"""

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from commsvc.adapters.store.store import remote, unmigrated
from commsvc.errors import Permanent

SIGN_INS = ("session", "one_time")


def copy(url: str, to: Path) -> None:
    """Write the record at a path or URL, as it is at one moment, into a new file."""
    if remote(url):
        _run("pg_dump", url, "--format=custom", f"--file={to}", *(f"--exclude-table-data={t}" for t in SIGN_INS))
        return
    with closing(_reading(Path(url))) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")
        target.execute("PRAGMA secure_delete = ON")
        for table in SIGN_INS:
            target.execute(f"DELETE FROM {table}")  # noqa: S608 - two names of ours
        target.commit()


def paste(copied: Path, url: str) -> None:
    """Make a copy the record at a path or URL, where nothing may be yet."""
    if remote(url):
        with closing(unmigrated(url)) as db:
            if db.get_tables():
                raise Permanent("the database is not empty: make a new one, and name it with --database")
        _run("pg_restore", url, "--no-owner", "--exit-on-error", "--single-transaction", str(copied))
        return
    if Path(url).exists():
        raise Permanent(f"there is a database already: {url}")
    with closing(_reading(copied)) as db:
        said = [row[0] for row in db.execute("PRAGMA integrity_check(3)")]
    if said != ["ok"]:
        raise Permanent(f"the copy of the record is damaged: {'; '.join(said)}")
    shutil.move(copied, url)


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _run(name: str, url: str, *words: str) -> None:
    program = shutil.which(name)
    if program is None:
        raise Permanent(
            f"{name} is not installed here: it comes with PostgreSQL's client programs (Debian: postgresql-client)"
        )
    done = subprocess.run([program, f"--dbname={url}", *words], capture_output=True, text=True, check=False)  # noqa: S603 - words of ours
    if done.returncode:
        raise Permanent(f"{name} refused: {done.stderr.strip()}")
