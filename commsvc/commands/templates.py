"""`commsvc templates`: proofread the letters, and see one."""

from pathlib import Path
from typing import Annotated

import typer

from commsvc.clock import now
from commsvc.commands.options import HERE, Folder, out
from commsvc.domain.case.search import numbered
from commsvc.domain.letter.letter import Audience, Letter, State, Wish, Words
from commsvc.domain.letter.slot import BadSlot
from commsvc.domain.promise.promise import Subject
from commsvc.errors import Trouble
from commsvc.flow.letters.compose import Composer
from commsvc.installation import Installation, open_installation
from commsvc.proofreading.picture import NARROW, WIDE, browser, height, take
from commsvc.proofreading.proofs import proofread
from commsvc.proofreading.sample import Sample, sample_slots

app = typer.Typer(no_args_is_help=True, help="The letters: proofread all, or see one.")


@app.command()
def check(folder: Folder = HERE) -> None:
    """Proofread every letter in every language with every sample; exit code 1 with each fault."""
    installation = open_installation(folder)
    templates = installation.templates
    if found := list(proofread(templates, installation.rulebook.current().wording)):
        raise Trouble("\n".join(found))
    count = sum(len(templates.languages(letter)) for letter in templates.letters())
    out.print(
        f"All is well: {count} texts of {len(list(templates.letters()))} letters, each with {len(Sample)} samples."
    )


@app.command()
def preview(
    letter: Annotated[str, typer.Argument(help="The letter, by the name of its folder.")],
    case: Annotated[str, typer.Option(help="A case, ESC-12; without it an invented one.")] = "",
    sample: Annotated[Sample, typer.Option(help="Which invented case.")] = Sample.WHOLE,
    language: Annotated[str, typer.Option(help="en, de, fr, es, ja...")] = "en",
    to: Annotated[Path, typer.Option("--out", help="Where to write.")] = Path("preview"),
    folder: Folder = HERE,
) -> None:
    """Write one letter as text and HTML, and as pictures in two widths where Chromium is installed."""
    installation = open_installation(folder)
    templates = installation.templates
    if letter not in templates.letters():
        raise Trouble(f"there is no letter {letter}; there are: {', '.join(templates.letters())}")
    if not templates.has(letter, language):
        raise Trouble(f"{letter} is not written in {language!r}, but in: {', '.join(templates.languages(letter))}")
    if case:
        words = _of_case(installation, letter, case, language)
    else:
        words = Words(*templates.render(letter, language, sample_slots(templates, letter, language, sample)))
    for path in _write(words, to, f"{letter}.{language}"):
        out.print(str(path), soft_wrap=True, highlight=False)
    if browser() is None:
        out.print("No Chromium is installed here, so there are no pictures.")


def _of_case(installation: Installation, letter: str, ref: str, language: str) -> Words:
    """The letter as this case stands now, to its contact, or to its owner where it is internal."""
    id = numbered(ref)
    store = installation.store()
    if not id or not store.records.timeline(Subject("case", id)):
        raise Trouble(f"there is no case {ref}")
    found = store.cases.get(id)
    customer = installation.templates.about(letter).audience == "customer"
    wish = Wish(letter, Subject("case", found.id), Audience.CUSTOMER if customer else Audience.INTERNAL,
                found.contact if customer else found.owner, "preview")  # fmt: skip
    try:
        return Composer(installation.desk(store)).preview(Letter(0, wish, State.WANTED, now()), found, language, now())
    except BadSlot as why:
        raise Trouble(f"{letter} cannot be written for {ref}: {why}; --sample shows it with an invented case") from why


def _write(words: Words, to: Path, name: str) -> list[Path]:
    to.mkdir(parents=True, exist_ok=True)
    text, page = to / f"{name}.txt", to / f"{name}.html"
    text.write_text(f"Subject: {words.title}\n\n{words.text}", encoding="utf-8")
    page.write_text(words.html, encoding="utf-8")
    pictures = []
    if chromium := browser():
        for width in (NARROW, WIDE):
            pictures.append(to / f"{name}.{width}.png")
            take(chromium, page, pictures[-1].resolve(), width, height(words.text, width))
    return [text, page, *pictures]
