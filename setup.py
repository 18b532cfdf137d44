"""Build step: the package carries the files that an operator edits, so that `commsvc init` can write them."""

from pathlib import Path
from shutil import copy2, copytree

from setuptools import setup
from setuptools.command.build_py import build_py

FILES = ("config.toml", "directory.toml", "scheduler.py")
FOLDERS = ("rules", "templates")


class WithShipped(build_py):
    """Copy what stands at the top of the repository into `commsvc/shipped/`."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib) / "commsvc" / "shipped"
        target.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            copy2(name, target / name)
        for name in FOLDERS:
            copytree(name, target / name, dirs_exist_ok=True)


setup(cmdclass={"build_py": WithShipped})
