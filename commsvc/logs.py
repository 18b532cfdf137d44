"""Where the log goes: JSON, a line an event, to standard error. A log that cannot be written is no reason to stop."""

import logging
import sys
from typing import TextIO

import structlog


class Lines:
    """A file for the log. A line that cannot be written, as on a full disk, is dropped."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        try:
            return self._file.write(text)
        except (OSError, ValueError):  # the second one: it was closed
            return 0

    def flush(self) -> None:
        try:
            self._file.flush()
        except (OSError, ValueError):
            return


def to_standard_error() -> None:
    """Let every line of the program go there."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True),
                    structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
        logger_factory=structlog.WriteLoggerFactory(Lines(sys.stderr)),  # type: ignore[arg-type]
    )  # fmt: skip
