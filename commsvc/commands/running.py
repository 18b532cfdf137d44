"""The service itself: `init`, `run`, `demo`."""

import runpy
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from commsvc.commands.options import HERE, Folder, out
from commsvc.shipped import write_installation


def init(folder: Annotated[Path, typer.Argument(help="A new folder.")]) -> None:
    """Write a new installation: config, people, rules, letters, timetable. It watches; nothing leaves."""
    write_installation(folder)
    out.print(f"Written to {folder}. Next: edit config.toml and directory.toml, then `commsvc check --dir {folder}`.")


def run(folder: Folder = HERE) -> None:
    """Run the daemon: the timetable of the installation's scheduler.py."""
    runpy.run_path(str(folder / "scheduler.py"))["main"](str(folder))


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
