"""A picture of a letter, by the Chromium of this machine: how it looks at a width, by day."""

import shutil
import subprocess
import tempfile
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
NARROW, WIDE = 320, 680
_SECONDS = 60
_FRAME = '<body style="margin:0"><iframe src="{page}" style="border:0;width:{width}px;height:{height}px"></iframe>'


def browser() -> str | None:
    """The path of a Chromium, None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def take(chromium: str, page: Path, picture: Path, width: int, height: int) -> None:
    """Write a PNG of a page at a width. Raises subprocess.SubprocessError when Chromium gives up.

    The page stands in a frame of that width, because a window of Chromium is never narrower than 500.
    """
    with tempfile.TemporaryDirectory() as folder:
        frame = Path(folder) / "frame.html"
        frame.write_text(_FRAME.format(page=page.resolve().as_uri(), width=width, height=height), encoding="utf-8")
        subprocess.run(  # noqa: S603  our own page, by a browser of this machine
            [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
             f"--user-data-dir={folder}/profile", f"--window-size={width},{height}", f"--screenshot={picture}", frame.as_uri()],
            check=True, capture_output=True, timeout=_SECONDS,
        )  # fmt: skip


def height(text: str, width: int) -> int:
    """Enough pixels for this text at this width; a letter of CJK script takes two columns."""
    columns = max(20, (width - 60) // 8)
    wide = sum(2 if ord(c) > 0x2E80 else 1 for c in text)
    lines = len(text.splitlines()) + wide // columns
    return 160 + 27 * lines
