"""The command line: `commsvc COMMAND`. Exit codes: 0 done, 1 refused or failed with a sentence, 2 wrong usage."""

import json
import logging
import runpy
import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated, cast

import structlog
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from commsvc import due as reckoning
from commsvc.adapters.store.store import PeeweeStore
from commsvc.check import findings, night
from commsvc.clock import now
from commsvc.doctor import examine
from commsvc.domain.letter.approval import Verb
from commsvc.domain.letter.command import Channel, Command
from commsvc.domain.letter.switches import Scope, Switch
from commsvc.domain.promise.promise import Subject
from commsvc.errors import Trouble
from commsvc.flow.ledger import Ledger
from commsvc.installation import Installation, open_installation
from commsvc.letters_cli import app as templates_app
from commsvc.parsing import parse_batch, parse_one
from commsvc.policy import rules
from commsvc.record import erase, export, verify
from commsvc.shipped import write_installation

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)
app.add_typer(rules, name="rules")
for command in (export, verify, erase):
    app.command()(command)
app.add_typer(templates_app, name="templates")
out = Console()
Folder = Annotated[Path, typer.Option("--dir", help="The installation's folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
HERE = Path()


def main() -> None:
    """Run the command line; a Trouble is one plain sentence, never a traceback."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True),
                    structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )  # fmt: skip
    try:
        app()
    except Trouble as why:
        typer.echo(str(why), err=True)
        sys.exit(1)


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="A new folder.")]) -> None:
    """Write a new installation: config, people, rules, letters, timetable. It watches; nothing leaves."""
    write_installation(folder)
    out.print(f"Written to {folder}. Next: edit config.toml and directory.toml, then `commsvc check --dir {folder}`.")


@app.command("try")
def try_(
    mails: Annotated[Path, typer.Argument(help="A mail, or a folder of mails (*.eml).")],
    world: Annotated[
        Path | None, typer.Option("--world", help="A folder with _accounts.json and _context.json.")
    ] = None,
    shuffle: Annotated[str, typer.Option("--shuffle", metavar="SEED", help="Another order of arrival.")] = "",
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Say what would happen with these mails, and why. Nothing is stored and nothing is sent."""
    from commsvc.trying.command import tell  # loaded when it is chosen: it reads mail in child processes

    for line in tell(mails, world, folder, shuffle or None, as_json=as_json):
        typer.echo(line)


@app.command()
def check(folder: Folder = HERE) -> None:
    """Check config, people, rules, letters and connections; show every problem with its place."""
    installation = open_installation(folder)
    warnings, problems = findings(installation)
    for line in warnings:
        out.print(f"note: {line}", soft_wrap=True, markup=False, highlight=False)
    for line in night(installation, now()):
        out.print(line, soft_wrap=True, markup=False, highlight=False)
    if problems:
        raise Trouble("\n".join(problems))
    playbook = installation.rulebook.current()
    out.print(f"All is well: rules {playbook.version} ({playbook.digest}), {len(installation.directory.accounts)} accounts, "
              f"{len(installation.directory.people)} people.", soft_wrap=True)  # fmt: skip


@app.command()
def run(folder: Folder = HERE) -> None:
    """Run the daemon: the timetable of the installation's scheduler.py."""
    runpy.run_path(str(folder / "scheduler.py"))["main"](str(folder))


@app.command()
def demo(
    folder: Annotated[Path | None, typer.Option("--dir", help="A new folder; a temporary one when left out.")] = None,
    until: Annotated[str, typer.Option(help="How long in simulated time, as in 2d or 6h; with --exit.")] = "2d",
    leave: Annotated[
        bool, typer.Option("--exit", help="No browser: run in simulated time, print a summary, leave.")
    ] = False,
    approve: Annotated[bool, typer.Option(help="Scripted people act by mail.")] = False,
    mail: Annotated[Path | None, typer.Option(help="Feed the .eml files of this folder in as well.")] = None,
    port: Annotated[int, typer.Option(help="The console's port.")] = 8025,
    smtp_port: Annotated[int, typer.Option(help="The mail listener's port.")] = 8026,
    speed: Annotated[float, typer.Option(min=0.1, max=600, help="Simulated minutes in a real one.")] = 1.0,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
) -> None:
    """Show what it does: an invented world, real mail, no server, no network."""
    if not leave:
        from commsvc.demo.show import show  # the demo is loaded only when it is shown

        show(folder, port, smtp_port, browser, approve, mail, speed)
        return
    from commsvc.demo.play import play, read_length

    length = read_length(until)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("Simulating", total=length / timedelta(minutes=1))
        out.print(
            play(folder, length, approve, mail, lambda n: progress.advance(bar, n)), highlight=False, soft_wrap=True
        )


@app.command(name="show")
def show_cases(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """List the cases, newest first."""
    installation, store = _open(folder)
    rows = [{"ref": c.ref, "account": c.account_id, "severity": c.severity.value, "confirmed": c.confirmed,
             "stage": c.stage.value, "owner": c.owner, "subject": c.subject} for c in store.cases.listed()]  # fmt: skip
    if as_json:
        out.print_json(json.dumps(rows))
        return
    table = Table("case", "account", "severity", "stage", "owner", "subject")
    for r in rows:
        account = installation.directory.account(str(r["account"]))
        level = f"{r['severity']}{'' if r['confirmed'] else ' provisional'}"
        table.add_row(
            str(r["ref"]),
            account.name if account else "unknown",
            level,
            str(r["stage"]),
            str(r["owner"]),
            str(r["subject"]),
        )
    out.print(table)


@app.command()
def why(
    ref: Annotated[str, typer.Argument(help="A case, as in ESC-12.")], folder: Folder = HERE, as_json: AsJson = False
) -> None:
    """The timeline of a case: what happened, by which rule, from what evidence, under which playbook."""
    _, store = _open(folder)
    entries = store.records.timeline(Subject("case", _number(ref)))
    if not entries:
        raise Trouble(f"there is no case {ref}")
    if as_json:
        out.print_json(json.dumps([{"at": e.at.isoformat(), "what": e.what, "said": e.said, "who": e.who, "rule": e.rule,
                                    "evidence": e.evidence, "playbook": e.playbook} for e in entries]))  # fmt: skip
        return
    for e in entries:
        by = f"{e.who}" + (f", rule {e.rule}" if e.rule else "") + (f", playbook {e.playbook}" if e.playbook else "")
        out.print(f"{e.at:%Y-%m-%d %H:%M} UTC  {e.what}: {e.said}\n    by {by}" + (f"\n    from {e.evidence}" if e.evidence else ""),
                  highlight=False, soft_wrap=True, markup=False)  # fmt: skip


@app.command()
def approve(
    letter: Annotated[int, typer.Argument(help="The letter's number.")],
    person: Annotated[str, typer.Option("--as", help="Your address: you must be one of its approvers.")],
    folder: Folder = HERE,
) -> None:
    """Approve a letter that waits. The daemon carries it out and answers."""
    _, store = _open(folder)
    found = next((x for x in store.letters.drafted() if x.id == letter), None)
    if found is None or found.words is None:
        waiting = ", ".join(str(x.id) for x in store.letters.drafted()) or "none"
        raise Trouble(f"letter {letter} does not wait for approval; waiting are: {waiting}")
    out.print(found.words.text, highlight=False, markup=False)
    typer.confirm(f"Send these words to {found.wish.to}?", abort=True)
    order = Command(Verb.APPROVE, "", person.lower(), Channel.CLI, found.wish.subject, now(), found.id, found.digest)
    with store.transaction():
        store.records.order(order)
    out.print("Ordered; the daemon carries it out at its next tick.")


@app.command()
def live(
    mailbox: Annotated[list[str] | None, typer.Option(help="A mailbox by name; * for every one.")] = None,
    account: Annotated[list[str] | None, typer.Option(help="An account by id; * for every one.")] = None,
    letter: Annotated[list[str] | None, typer.Option(help="A kind of letter; * for every one.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Everything at once.")] = False,
    folder: Folder = HERE,
) -> None:
    """Let letters leave, by mailbox, account and kind of letter. A letter leaves when all three are live."""
    scopes = [(Scope.MAILBOX, mailbox or []), (Scope.ACCOUNT, account or []), (Scope.LETTER, letter or [])]
    chosen = [(Scope.ALL, "")] if everything else [(scope, name) for scope, names in scopes for name in names]
    _turn(folder, chosen, True, "")


@app.command()
def stop(reason: Annotated[str, typer.Option(help="Why; it is shown to everybody.")], account: str = "", mailbox: str = "",
         letter: str = "", folder: Folder = HERE) -> None:  # fmt: skip
    """Stop letters at once: all of them, or one account's, mailbox's or kind's. Promises go on counting."""
    _turn(folder, _scope(account, mailbox, letter), False, reason)


@app.command()
def resume(account: str = "", mailbox: str = "", letter: str = "", folder: Folder = HERE) -> None:
    """Take back a stop."""
    _turn(folder, _scope(account, mailbox, letter), False, "resumed", resumes=True)


@app.command(name="sign-in")
def sign_in(
    person: Annotated[str, typer.Argument(help="The address of one of your people.")], folder: Folder = HERE
) -> None:
    """Print a link that signs one person in to the console, once, within 15 minutes."""
    installation, store = _open(folder)
    if installation.directory.person(person.lower()) is None:
        raise Trouble(f"{person} is not one of the people in directory.toml")
    with store.transaction():
        secret = store.sessions.invite(person.lower(), now(), timedelta(minutes=15))
    out.print(f"{installation.config.console.url}/sign-in/{secret}", soft_wrap=True, highlight=False)


@app.command()
def parse(
    file: Annotated[str, typer.Argument(help="A mail; - for standard input.")] = "-",
    batch: Annotated[bool, typer.Option("--batch", help="File names on standard input; one object a line.")] = False,
) -> None:
    """Read one mail and print what it says as JSON; with --batch many, one object a line."""
    if batch:
        for line in parse_batch():
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        return
    found, readable = parse_one(file)
    sys.stdout.write(found + "\n")
    if not readable:
        raise Trouble(f"{file} cannot be read")


@app.command()
def due(
    span: Annotated[str, typer.Argument(help="8h/bh, 30m/24x7, 4h/24x5, 1bd.")],
    start: Annotated[str, typer.Option("--from", help="ISO 8601; without an offset in --zone. Default: now.")] = "",
    zone: Annotated[str, typer.Option(help="An IANA time zone.")] = "UTC",
    country: Annotated[str, typer.Option(help="Whose public holidays: DE, or DE-BY for a region.")] = "",
    hours: Annotated[
        str, typer.Option(help="Business hours, as in 09:00-12:00,13:00-17:00.")
    ] = reckoning.DEFAULT_HOURS,
    as_json: AsJson = False,
) -> None:
    """When is it due? Reckons working time and shows how, day by day."""
    length, calendar = reckoning.read_length(span), reckoning.read_calendar(zone, country, hours)
    since, note = reckoning.read_start(start, zone) if start else (now(), "")
    found = reckoning.find(since, length, calendar)
    if as_json:
        typer.echo(json.dumps(reckoning.as_json(found, since, length, calendar, note), ensure_ascii=False))
        return
    typer.echo("\n".join(reckoning.as_lines(found, since, length, calendar, note)))


@app.command()
def doctor(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Is every mail accounted for, and what waits for a person? Exit code 1 when something is wrong."""
    installation, store = _open(folder)
    balance = Ledger(installation.desk(store)).balance()
    found = examine(store, balance, now())
    if as_json:
        out.print_json(json.dumps(found))
    else:
        out.print(f"{balance.seen} mails seen = {balance}", highlight=False, soft_wrap=True)
        for mail in store.inbox.quarantined():
            out.print(
                f"set aside: mail {mail[0]} of {mail[2]:%Y-%m-%d %H:%M} UTC: {mail[1]}",
                markup=False,
                highlight=False,
                soft_wrap=True,
            )
    if wrong := [str(line) for line in cast("list[str]", found["wrong"])]:
        raise Trouble("\n".join(wrong))
    if not as_json:
        out.print("Nothing is wrong.")


def _open(folder: Path) -> tuple[Installation, PeeweeStore]:
    installation = open_installation(folder)
    return installation, installation.store()


def _number(ref: str) -> int:
    digits = ref.upper().removeprefix("ESC-")
    if not digits.isdigit():
        raise Trouble(f"{ref!r} is not a case; write it as ESC-12")
    return int(digits)


def _scope(account: str, mailbox: str, letter: str) -> list[tuple[Scope, str]]:
    named = [(Scope.ACCOUNT, account), (Scope.MAILBOX, mailbox), (Scope.LETTER, letter)]
    return [(s, n) for s, n in named if n] or [(Scope.ALL, "")]


def _turn(folder: Path, scopes: list[tuple[Scope, str]], to_live: bool, reason: str, resumes: bool = False) -> None:
    if not scopes:
        raise Trouble("say what: --mailbox, --account, --letter, or --all")
    _, store = _open(folder)
    with store.transaction():
        for scope, name in scopes:
            store.records.turn(Switch(scope, name, to_live, "the command line", reason, resumes), now())
    said = "Live" if to_live else "Resumed" if resumes else "Stopped"
    out.print(f"{said}: {', '.join(f'{s.value} {n}'.strip() for s, n in scopes)}")
