"""JSON Schema of each rule file, for editors: the line `#:schema schema/severity.json` on top of a file names it."""

import json
from pathlib import Path

from pydantic import BaseModel

from commsvc.adapters.rulebook.loading import FILES
from commsvc.domain.playbook.rules import Playbook


def schemas() -> dict[str, str]:
    """JSON Schema (draft 2020-12) by the name of the rule file, from the very types that validate it."""
    out = {}
    for name in FILES:
        model = Playbook.model_fields[name].annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}
            out[name] = json.dumps(schema, indent=1) + "\n"
    return out


def write_schemas(rules: Path) -> list[Path]:
    """Write them beside the rules; returns the files. Written again, they are the same."""
    folder = rules / "schema"
    folder.mkdir(exist_ok=True)
    paths = []
    for name, text in schemas().items():
        paths.append(folder / f"{name}.json")
        paths[-1].write_text(text, encoding="utf-8")
    return paths
