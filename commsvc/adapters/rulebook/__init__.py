"""The rules as files: read, validated with every problem and its place, reloaded, described for editors."""

from commsvc.adapters.rulebook.loading import FILES, Rulebook, build, read_files

__all__ = ["FILES", "Rulebook", "build", "read_files"]
