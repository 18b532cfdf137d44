"""The daemon as `python scheduler.py DIR` runs it, with a bug in it, or a moment at which it kills itself, or both.

python daemon.py DIR [--bug NAME] [--kill POINT:NUMBER]
"""

import argparse
import runpy
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.faults.planted.bugs import BUGS
from tests.faults.planted.points import POINTS, moment

if __name__ == "__main__":
    words = argparse.ArgumentParser()
    words.add_argument("folder", type=Path)
    words.add_argument("--bug", choices=BUGS)
    words.add_argument("--kill", default="")
    said = words.parse_args()
    if said.bug:
        BUGS[said.bug]()
    if said.kill:
        point, _, number = said.kill.partition(":")
        POINTS[point](moment(int(number)))
    runpy.run_path(str(said.folder / "scheduler.py"))["main"](str(said.folder))
