"""The command line: `commsvc COMMAND`. Exit codes: 0 done, 1 refused or failed with a sentence, 2 wrong usage."""

import sys

import typer

from commsvc.commands.adopting import adopt, adopted, propose
from commsvc.commands.backup import backup, restore
from commsvc.commands.brief import brief
from commsvc.commands.campaigns import campaigns
from commsvc.commands.cases import approve, show_cases, why
from commsvc.commands.check import check
from commsvc.commands.doctor import doctor
from commsvc.commands.due import due
from commsvc.commands.importing import app as importing
from commsvc.commands.ingest import ingest
from commsvc.commands.login import login
from commsvc.commands.mails import parse, try_
from commsvc.commands.piloting import pilot
from commsvc.commands.record import erase, export, verify
from commsvc.commands.rules import rules
from commsvc.commands.running import demo, init, run
from commsvc.commands.slots import slots
from commsvc.commands.switches import live, resume, sign_in, stop
from commsvc.commands.templates import app as templates
from commsvc.commands.tokens import app as tokens
from commsvc.errors import Trouble
from commsvc.logs import to_standard_error

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)
for command in (
    init,
    check,
    run,
    demo,
    doctor,
    ingest,
    login,
    backup,
    restore,
    parse,
    due,
    slots,
    why,
    approve,
    campaigns,
    brief,
    export,
    verify,
    erase,
    live,
    stop,
    resume,
):
    app.command()(command)
for decision in (propose, adopt, adopted, pilot):
    rules.command()(decision)
app.command("try")(try_)
app.command("show")(show_cases)
app.command("sign-in")(sign_in)
app.add_typer(rules, name="rules")
app.add_typer(templates, name="templates")
app.add_typer(importing, name="import")
app.add_typer(tokens, name="token")


def main() -> None:
    """Run the command line; a Trouble is one plain sentence, never a traceback."""
    to_standard_error()
    try:
        app()
    except Trouble as why:
        typer.echo(str(why), err=True)
        sys.exit(1)
