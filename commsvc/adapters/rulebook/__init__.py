"""The rules as files: read, validated with every problem and its place, reloaded, described for editors."""

from commsvc.adapters.rulebook.loading import FILES, Rulebook, build, read_files
from commsvc.adapters.rulebook.schema import write_schemas

__all__ = ["FILES", "Rulebook", "build", "read_files", "write_schemas"]
