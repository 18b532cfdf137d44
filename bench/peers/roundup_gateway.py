"""roundup's mail gateway on its classic tracker, SQLite as it sets it up (WAL, FULL), every sender a known user.

    roundup_gateway.py prepare HOME FOLDER
    roundup_gateway.py run HOME FOLDER

A sender it does not know gets a password, hashed slowly: that would be the better part of its time,
so everybody is made known before. Its letters are rendered and written to /dev/null.
"""

# ruff: noqa: PLC0415 - imported only in its own environment, once the tracker is there
import logging
import mailbox
import os
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

from measure import measured

os.environ["SENDMAILDEBUG"] = os.devnull
SUPPORT = "support@kestrel.example"


def prepare(home: Path, folder: Path) -> None:
    """Install the tracker and make every person of the mails its user."""
    admin = Path(sys.executable).with_name("roundup-admin")
    settings = ("mail_domain=kestrel.example,mail_host=localhost,tracker_web=http://localhost/,tracker_email=" + SUPPORT
                + ",admin_email=admin@kestrel.example")  # fmt: skip
    subprocess.run([admin, "-i", home, "install", "classic", "sqlite", settings], check=True, capture_output=True)
    subprocess.run([admin, "-i", home, "initialise", "bench"], check=True, capture_output=True)
    import roundup.instance

    db = roundup.instance.open(str(home)).open("admin")
    for number, line in enumerate((folder / "people.tsv").read_text(encoding="utf-8").splitlines()):
        name, address, _ = line.split("\t")
        db.user.create(username=f"contact{number}", realname=name, address=address, roles="User")
    db.commit()
    db.close()


def run(home: Path, folder: Path) -> None:
    import roundup.instance
    from roundup.mailgw import MailGW

    logging.disable(logging.CRITICAL)
    box = mailbox.mbox(home / "incoming")
    for path in sorted(folder.glob("*.eml")):
        box.add(path.read_bytes().replace(b"\r\n", b"\n"))
    box.close()
    tracker = roundup.instance.open(str(home))
    gateway = MailGW(tracker, Namespace(default_class="", set_value=[]))

    def count() -> dict[str, int]:
        db = tracker.open("admin")
        found = {"mails": len(db.msg.list()), "cases": len(db.issue.list()), "users": len(db.user.list())}
        db.close()
        return found

    measured(lambda: gateway.do_mailbox(str(home / "incoming")), count)


if __name__ == "__main__":
    {"prepare": prepare, "run": run}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
