"""What ships with the program and what an operator edits: config, people, rules, letters, timetable.

The repository keeps them at its top; an installed package carries them inside.
"""

from importlib.resources import files
from pathlib import Path
from shutil import copy2, copytree

from commsvc.errors import Trouble

_TOP = Path(__file__).resolve().parent.parent
_INSIDE = Path(str(files("commsvc"))) / "shipped"


def shipped(name: str) -> Path:
    """The path of a shipped file or folder, in a checkout or in an installed package."""
    inside = _INSIDE / name
    return inside if inside.exists() else _TOP / name


def write_installation(folder: Path, own: Path | None = None) -> None:
    """Write a new installation. `own`: a folder whose config.toml and directory.toml are taken instead.

    Raises Trouble when the folder already holds one: nothing of an operator's is ever overwritten.
    """
    if (folder / "config.toml").exists():
        raise Trouble(f"{folder} already holds an installation; nothing was changed")
    folder.mkdir(parents=True, exist_ok=True)
    copytree(shipped("rules"), folder / "rules", dirs_exist_ok=True)
    copytree(shipped("templates"), folder / "templates", dirs_exist_ok=True)
    copy2(shipped("scheduler.py"), folder / "scheduler.py")
    for name in ("config.toml", "directory.toml"):
        copy2((own or shipped(".")) / name, folder / name)
    (folder / "calendars").mkdir(exist_ok=True)
