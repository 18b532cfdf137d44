"""django-helpdesk's process_email over a folder of mails, SQLite in WAL mode with synchronous=FULL.

    helpdesk_queue.py prepare HOME FOLDER
    helpdesk_queue.py run HOME FOLDER

WAL is set once, when the store is made: set on each connection it would not wait for a lock. Its
letters are rendered and given to Django's backend that drops them.
"""

# ruff: noqa: PLC0415 - Django is imported once it is configured
import logging
import shutil
import sys
from pathlib import Path

from measure import measured

SUPPORT = "support@kestrel.example"


def configure(home: Path) -> None:
    import django
    from django.conf import settings

    settings.configure(
        SECRET_KEY="bench",
        USE_TZ=True,
        SITE_ID=1,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        DEFAULT_FROM_EMAIL=SUPPORT,
        MEDIA_ROOT=str(home / "media"),
        HELPDESK_TEAMS_MODE_ENABLED=False,
        INSTALLED_APPS=[
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.sites",
            "django.contrib.humanize",
            "helpdesk",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(home / "helpdesk.db"),
                "OPTIONS": {"init_command": "PRAGMA synchronous=FULL"},
            }
        },
    )
    django.setup()
    from django.urls import include, path

    settings.ROOT_URLCONF = (path("helpdesk/", include("helpdesk.urls", namespace="helpdesk")),)


def prepare(home: Path, folder: Path) -> None:
    """Make the store, the queue that reads a folder, and a user for every person of the mails."""
    home.mkdir(parents=True)
    configure(home)
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import connection
    from helpdesk.models import Queue

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode=wal")
    call_command("migrate", verbosity=0)
    call_command("loaddata", "emailtemplate.json", verbosity=0)
    users = [line.split("\t") for line in (folder / "people.tsv").read_text(encoding="utf-8").splitlines()]
    model = get_user_model()
    model.objects.bulk_create(
        model(username=f"contact{n}", first_name=name, email=address) for n, (name, address, _) in enumerate(users)
    )
    Queue.objects.create(title="Support", slug="support", email_address=SUPPORT, allow_email_submission=True,
                         email_box_type="local", email_box_interval=0, logging_type="none")  # fmt: skip


def run(home: Path, folder: Path) -> None:
    configure(home)
    from django.db import connection
    from helpdesk.email import process_email
    from helpdesk.models import FollowUp, Queue, Ticket

    logging.disable(logging.CRITICAL)
    incoming = home / "incoming"
    shutil.copytree(folder, incoming, ignore=shutil.ignore_patterns("*.tsv"))
    Queue.objects.update(email_box_local_dir=str(incoming))
    with connection.cursor() as cursor:
        modes = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    if modes != ["wal", 2]:
        raise SystemExit(f"not the store that was meant: {modes}")
    measured(lambda: process_email(quiet=True),
             lambda: {"mails": FollowUp.objects.count(), "cases": Ticket.objects.count(), "left": len(list(incoming.iterdir()))})  # fmt: skip


if __name__ == "__main__":
    {"prepare": prepare, "run": run}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
