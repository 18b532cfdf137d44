"""Render letters from `templates/email/<letter>/`.

A letter is written once, as text, in each language: `<language>.txt.j2`, with `letter.toml` beside
it. Its HTML is the same text laid out by `layout.html.j2`, so that both parts say the same by
construction. The layout's CSS is inlined by premailer once, when the templates are loaded, with its
Jinja tags protected. Templates are code and mail is data: a sandbox, StrictUndefined, autoescape.

Permanent:  a broken template is refused when loaded, with every problem
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import StrictUndefined, TemplateSyntaxError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from premailer import Premailer
from pydantic import BaseModel, ConfigDict, ValidationError

from commsvc.domain.letter.blocks import blocks
from commsvc.errors import Misconfigured, Problem

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


class LetterFile(BaseModel):
    """letter.toml: what a letter is for, to whom it may go, which slots it uses."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    about: str
    audience: str
    disclosure: str
    subject: str
    slots: tuple[str, ...]


@dataclass(frozen=True)
class _Letter:
    file: LetterFile
    texts: Mapping[str, str]


class Templates:
    """`ports.Stationery` on a folder of templates."""

    def __init__(self, folder: Path) -> None:
        """Load and compile every template. Raises Misconfigured with every problem."""
        self._env = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
        self._html = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True, trim_blocks=True,
                                                   lstrip_blocks=True)  # fmt: skip
        found: list[Problem] = []
        self._letters = {
            p.parent.name: letter for p in sorted(folder.glob("*/letter.toml")) if (letter := _load(p, found))
        }
        layout = folder / "layout.html.j2"
        if not layout.is_file():
            found.append(Problem(str(layout), 0, "the layout is missing"))
        found += self._check(folder)
        if found:
            raise Misconfigured(found)
        self._layout = self._html.from_string(inline(layout.read_text(encoding="utf-8")))
        self._texts = {
            (name, language): self._env.from_string(source)
            for name, letter in self._letters.items()
            for language, source in letter.texts.items()
        }
        self._subjects = {name: self._env.from_string(letter.file.subject) for name, letter in self._letters.items()}

    def letters(self) -> Iterable[str]:
        return self._letters.keys()

    def has(self, letter: str, language: str) -> bool:
        return (letter, language) in self._texts

    def slots(self, letter: str) -> Sequence[str]:
        return self._letters[letter].file.slots

    def render(self, letter: str, language: str, slots: Mapping[str, object]) -> tuple[str, str, str]:
        template = self._texts.get((letter, language)) or self._texts[letter, "en"]
        used = language if self.has(letter, language) else "en"
        text = _tidy(template.render(slots))
        return self._subjects[letter].render(slots), text, self._lay_out(text, used)

    def plain(self, text: str) -> str:
        return self._lay_out(_tidy(text), "en")

    def _lay_out(self, text: str, language: str) -> str:
        return self._layout.render(blocks=blocks(text), language=language)

    def _check(self, folder: Path) -> list[Problem]:
        found = []
        for name, letter in self._letters.items():
            declared = {s.removesuffix("?") for s in letter.file.slots}
            for language, source in {**letter.texts, "subject": letter.file.subject}.items():
                where = str(folder / name / (f"{language}.txt.j2" if language != "subject" else "letter.toml"))
                try:
                    used = meta.find_undeclared_variables(self._env.parse(source))
                except TemplateSyntaxError as why:
                    found.append(Problem(where, why.lineno, f"not a template: {why.message}"))
                    continue
                for slot in sorted(used - declared):
                    line = next((n for n, text in enumerate(source.splitlines(), 1) if slot in text), 0)
                    found.append(Problem(where, line, f"the slot {slot!r} is used but not declared in letter.toml"))
            if "en" not in letter.texts:
                found.append(Problem(str(folder / name), 0, "en.txt.j2 is missing"))
        return found


def _load(path: Path, found: list[Problem]) -> _Letter | None:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        raw["disclosure"] = raw.pop("class", "")
        file = LetterFile.model_validate(raw)
    except (tomllib.TOMLDecodeError, OSError, UnicodeDecodeError) as why:
        found.append(Problem(str(path), 0, f"cannot be read: {why}"))
    except ValidationError as why:
        found += [Problem(str(path), 0, f"{'.'.join(map(str, e['loc']))}: {e['msg']}") for e in why.errors()]
    else:
        texts = {
            p.name.removesuffix(".txt.j2"): p.read_text(encoding="utf-8") for p in sorted(path.parent.glob("*.txt.j2"))
        }
        return _Letter(file, texts)
    return None


def inline(source: str) -> str:
    """Inline the CSS of a Jinja source with premailer, its tags kept aside while it works.

    Expressions become inert words, statements become comments, so that the HTML parser neither
    escapes nor moves them. Raises ValueError when one would be lost.
    """
    kept: list[str] = []

    def aside(match: re.Match[str]) -> str:
        kept.append(match.group())
        word = f"jinja{len(kept) - 1}x"
        return word if match.group().startswith("{{") else f"<!--{word}-->"

    html: str = Premailer(_TAG.sub(aside, source), keep_style_tags=True, strip_important=False, remove_classes=False,
                     allow_network=False, disable_validation=True).transform()  # fmt: skip
    for n, tag in enumerate(kept):
        for token in (f"<!--jinja{n}x-->", f"jinja{n}x"):
            if token in html:
                html = html.replace(token, tag)
                break
        else:
            raise ValueError(f"premailer lost {tag}")
    return html


def _tidy(text: str) -> str:
    """At most one empty line in a row, one line break at the end."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
