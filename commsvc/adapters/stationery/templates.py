"""Render letters from `templates/email/<letter>/`.

A letter is written once, as text, in each language: `<language>.txt.j2`, with `letter.toml` beside
it. Its HTML is the same text laid out by `layout.html.j2`, so that both parts say the same by
construction. An account or a segment may have words of its own in `accounts/<id>/<letter>/` or
`segments/<name>/<letter>/`. Templates are code and mail is data: a sandbox, StrictUndefined, autoescape.

Permanent:  a broken template is refused when loaded, with every problem
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from commsvc.adapters.stationery.layout import Layout
from commsvc.domain.letter.blocks import blocks
from commsvc.domain.letter.facts import Disclosure
from commsvc.domain.letter.slots import SLOTS
from commsvc.errors import Misconfigured, Problem

_FOLD = "\ue00f\n"
"""Between the subject and the text, which are rendered as one."""
_GAP = re.compile(r"\n{3,}")


class LetterFile(BaseModel):
    """letter.toml: what a letter is for, to whom it may go, which slots it uses.

    `class`: the most private slot it may hold. `subjects`: the subject in other languages than English.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    about: str
    audience: Literal["customer", "internal", "operator"]
    disclosure: Disclosure = Field(alias="class")
    subject: str
    subjects: dict[str, str] = {}
    slots: tuple[str, ...]


@dataclass(frozen=True)
class _Letter:
    file: LetterFile
    texts: Mapping[tuple[str, str], Path]
    """By (override, language); the override is "" for what everybody gets."""


class Templates:
    """`ports.Stationery` on a folder of templates."""

    def __init__(self, folder: Path) -> None:
        """Load and compile every template. Raises Misconfigured with every problem."""
        self._env = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
        found: list[Problem] = []
        self._letters = {
            p.parent.name: letter for p in sorted(folder.glob("*/letter.toml")) if (letter := _load(p, folder, found))
        }
        self._texts: dict[tuple[str, str, str], Template] = {}
        for name, letter in self._letters.items():
            found += _undisclosable(folder / name / "letter.toml", letter.file)
            found += self._compile(folder, name, letter)
        layout = _layout(folder / "layout.html.j2", found)
        if found or layout is None:
            raise Misconfigured(found)
        self._layout = layout

    def letters(self) -> Iterable[str]:
        return self._letters.keys()

    def languages(self, letter: str) -> Sequence[str]:
        """The languages a letter is written in for everybody."""
        return sorted(language for over, language in self._letters[letter].texts if not over)

    def used(self, letter: str, language: str) -> frozenset[str]:
        """The slots that one language's text uses."""
        source = self._letters[letter].texts["", language].read_text(encoding="utf-8")
        return frozenset(meta.find_undeclared_variables(self._env.parse(source)))

    def about(self, letter: str) -> LetterFile:
        return self._letters[letter].file

    def has(self, letter: str, language: str, overrides: Sequence[str] = ()) -> bool:
        return any((letter, over, language) in self._texts for over in (*overrides, ""))

    def slots(self, letter: str) -> Sequence[str]:
        return self._letters[letter].file.slots

    def disclosure(self, letter: str) -> Disclosure:
        return self._letters[letter].file.disclosure

    def render(
        self, letter: str, language: str, slots: Mapping[str, object], overrides: Sequence[str] = ()
    ) -> tuple[str, str, str]:
        used, template = self._template(letter, language, overrides)
        title, _, text = template.render(slots).partition(_FOLD)
        title, text = " ".join(title.split()), _tidy(text)
        return title, text, self._lay_out(text, title, used)

    def _template(self, letter: str, language: str, overrides: Sequence[str]) -> tuple[str, Template]:
        """The closest words in this language, else in English, and which it is."""
        for used in (language, "en"):
            for over in (*overrides, ""):
                if template := self._texts.get((letter, over, used)):
                    return used, template
        raise KeyError(letter)

    def plain(self, text: str, title: str, language: str) -> str:
        return self._lay_out(_tidy(text), title, language)

    def _lay_out(self, text: str, title: str, language: str) -> str:
        return self._layout.lay_out(blocks(text), title, language)

    def _compile(self, folder: Path, name: str, letter: _Letter) -> Iterator[Problem]:
        toml = folder / name / "letter.toml"
        subjects = {"en": letter.file.subject, **letter.file.subjects}
        broken = [fault for subject in subjects.values() for fault in self._faults(toml, subject, letter.file)]
        yield from broken
        for (over, language), path in letter.texts.items():
            source = path.read_text(encoding="utf-8")
            yield from (problems := self._faults(path, source, letter.file))
            if not problems and not broken:
                subject = subjects.get(language, letter.file.subject)
                self._texts[name, over, language] = self._env.from_string(f"{subject}{_FOLD}{source}")
        if ("", "en") not in letter.texts:
            yield Problem(str(folder / name), 0, "en.txt.j2 is missing")

    def _faults(self, path: Path, source: str, file: LetterFile) -> list[Problem]:
        try:
            used = meta.find_undeclared_variables(self._env.parse(source))
        except TemplateSyntaxError as why:
            return [Problem(str(path), why.lineno, f"not a template: {why.message}")]
        declared = {s.removesuffix("?") for s in file.slots}
        return [
            Problem(str(path), _line_of(slot, source), f"the slot {slot!r} is used but not declared in letter.toml")
            for slot in sorted(used - declared)
        ]


def _undisclosable(path: Path, file: LetterFile) -> Iterator[Problem]:
    """What a letter declares and may not: a slot nobody knows, or one more private than the letter."""
    if file.audience == "customer" and file.disclosure not in (Disclosure.PUBLIC, Disclosure.CUSTOMER):
        yield Problem(str(path), 0, f"a letter to a customer cannot be {file.disclosure.value!r}")
    for name in (s.removesuffix("?") for s in file.slots):
        slot = SLOTS.get(name)
        if slot is None:
            yield Problem(str(path), 0, f"no letter has the slot {name!r}")
        elif not slot.within(file.disclosure):
            yield Problem(
                str(path), 0, f"the slot {name!r} is {slot.disclosure.value}, the letter {file.disclosure.value}"
            )


def _layout(path: Path, found: list[Problem]) -> Layout | None:
    try:
        return Layout(path.read_text(encoding="utf-8"))
    except OSError:
        found.append(Problem(str(path), 0, "the layout is missing"))
    except (ValueError, TemplateError) as why:
        found.append(Problem(str(path), getattr(why, "lineno", 0), f"it is no layout: {why}"))
    return None


def _load(path: Path, folder: Path, found: list[Problem]) -> _Letter | None:
    try:
        file = LetterFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, OSError, UnicodeDecodeError) as why:
        found.append(Problem(str(path), 0, f"cannot be read: {why}"))
    except ValidationError as why:
        found += [Problem(str(path), 0, f"{'.'.join(map(str, e['loc']))}: {e['msg']}") for e in why.errors()]
    else:
        return _Letter(file, dict(_texts(path.parent.name, folder)))
    return None


def _texts(name: str, folder: Path) -> Iterator[tuple[tuple[str, str], Path]]:
    for pattern in (f"{name}/*.txt.j2", f"accounts/*/{name}/*.txt.j2", f"segments/*/{name}/*.txt.j2"):
        for path in sorted(folder.glob(pattern)):
            over = path.parent.parent.relative_to(folder).as_posix().removeprefix(".")
            yield (over, path.name.removesuffix(".txt.j2")), path


def _line_of(slot: str, source: str) -> int:
    return next((n for n, text in enumerate(source.splitlines(), 1) if slot in text), 0)


def _tidy(text: str) -> str:
    """At most one empty line in a row, one line break at the end."""
    text = text.strip()
    return (_GAP.sub("\n\n", text) if "\n\n\n" in text else text) + "\n"
