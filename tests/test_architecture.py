"""The shape of the code, held by a test instead of by memory."""

import ast
from pathlib import Path

import pytest

from commsvc.domain import ORDER

ROOT = Path(__file__).parents[1] / "commsvc"
FILES = sorted(p for p in ROOT.rglob("*.py") if "migrations" not in p.parts)
ALLOWED = {
    "domain": {"domain"},
    "ports": {"domain", "errors", "ports"},
    "errors": set(),
    "clock": set(),
    "tomlfile": {"errors"},
    "config": {"domain", "errors", "tomlfile", "exchange_toml"},
    "exchange_toml": {"tomlfile"},
    "desk": {"domain", "ports", "desk"},
    "flow": {"flow", "domain", "ports", "errors", "desk"},
    "adapters": {"adapters", "domain", "ports", "errors"},
    "app": {"flow", "ports", "errors", "desk", "domain"},
}
PURE = frozenset(
    """bisect collections contextlib dataclasses datetime difflib email enum functools hashlib hmac html base64 binascii itertools math re
    typing unicodedata zoneinfo struct json logging ipaddress quopri codecs urllib string textwrap calendar abc
    authres babel charset_normalizer holidays icalendar logging markupsafe nh3 pydantic recurring_ical_events struct tnefparse""".split()
)


def imports(path):
    """(module, is it inside a function?) for every import of a file."""
    tree = ast.parse(path.read_text())
    inner = {id(n) for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for n in ast.walk(f)}
    for node in ast.walk(tree):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            yield name, id(node) in inner


def ours(path):
    return [m.split(".") for m, _ in imports(path) if m.startswith("commsvc.")]


def ring(path):
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def named(paths):
    return pytest.mark.parametrize("path", paths, ids=lambda p: str(p.relative_to(ROOT)))


@named([p for p in FILES if ring(p) in ALLOWED])
def test_imports_point_inwards(path):
    assert {m[1] for m in ours(path)} <= ALLOWED[ring(path)]


@named([p for p in FILES if ring(p) == "domain"])
def test_the_domain_is_pure_and_reads_left_to_right(path):
    outside = {m.split(".")[0] for m, _ in imports(path)} - {"commsvc"}
    assert outside <= PURE, outside - PURE
    package = path.relative_to(ROOT).parts[1]
    if package in ORDER:
        allowed = ORDER[: ORDER.index(package) + 1]
        assert {m[2] for m in ours(path)} <= set(allowed)


@named([p for p in FILES if ring(p) == "flow"])
def test_no_flow_knows_another(path):
    own = path.relative_to(ROOT).parts[1].removesuffix(".py")
    assert {m[2] for m in ours(path) if m[1] == "flow"} <= {own}


@named([p for p in FILES if ring(p) == "adapters"])
def test_no_adapter_knows_another(path):
    own = path.relative_to(ROOT).parts[1].removesuffix(".py")
    assert {m[2] for m in ours(path) if m[1] == "adapters"} <= {own}


@named(FILES)
def test_one_place_reads_the_clock(path):
    """Domain and flow are given the time; only clock.py, and what measures durations, asks for it."""
    if ring(path) not in ("domain", "flow", "desk", "ports"):
        return
    tree = ast.parse(path.read_text())
    calls = {n.func.attr for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)}
    assert not calls & {"now", "utcnow", "today", "monotonic"}


@named(FILES)
def test_nothing_is_imported_inside_a_function_but_a_provider(path):
    """A provider, or a part that is loaded only when it is chosen: providers.py and the commands alone."""
    if path.name != "providers.py" and ring(path) != "commands":
        assert not [m for m, inside in imports(path) if inside]


@named(FILES)
def test_nothing_grows_too_long(path):
    assert len(path.read_text().splitlines()) <= 350
    for f in ast.walk(ast.parse(path.read_text())):
        if isinstance(f, ast.FunctionDef):
            assert f.end_lineno - f.lineno < 50, f.name


def test_modules_have_a_manual_page():
    silent = [
        str(p.relative_to(ROOT))
        for p in FILES
        if p.read_text().strip() and ast.get_docstring(ast.parse(p.read_text())) is None
    ]
    assert silent == []


def test_no_room_is_called_utils():
    assert not {p.stem for p in FILES} & {"utils", "helpers", "manager", "service", "base", "common", "misc"}
