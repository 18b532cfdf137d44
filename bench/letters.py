"""Letters a second: rendered, and rendered and written as MIME, beside the usual practice in the same run.

    .venv/bin/python bench/letters.py [--letters 200] [--repeats 5]

Every side renders the same shipped letters from the same slots, in five languages:

* ours: `Templates.render`, styles inlined when the templates were loaded
* plain Jinja2: ordinary environments, no sandbox, the same text and layout with their styles not inlined at all
* usual: plain Jinja2, then premailer for each message; MIME by `EmailMessage`

Ratios are medians of the ratios repeat by repeat; each side takes its turn in every repeat. Premailer's
calls by our side are counted. The way from a due letter to a sent one is `bench/sending.py`.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import premailer
from jinja2 import Environment, StrictUndefined

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from commsvc.adapters.stationery import Templates  # noqa: E402
from commsvc.domain.letter.blocks import blocks  # noqa: E402
from commsvc.domain.letter.letter import Audience, Letter, State, Wish, Words  # noqa: E402
from commsvc.domain.letter.mime import Letterhead, write  # noqa: E402
from commsvc.domain.promise.promise import Subject  # noqa: E402
from commsvc.proofreading.sample import NOW, Sample, sample_slots  # noqa: E402

FOLDER = ROOT / "templates/email"
LETTERS = ("acknowledge", "update_progress", "update_no_progress", "call_invitation", "resolution_proposed", "resolved")
LANGUAGES = ("en", "de", "fr", "es", "ja")
HEAD = Letterhead("Kestrel Support", "support@kestrel.example", "bounce+7@kestrel.example")
Job = tuple[str, str, dict[str, object]]


@dataclass
class Plain:
    """The same letters by ordinary Jinja2."""

    def __post_init__(self) -> None:
        text = Environment(undefined=StrictUndefined)
        page = Environment(undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True)
        self.texts = {
            (x, lang): text.from_string((FOLDER / x / f"{lang}.txt.j2").read_text())
            for x in LETTERS
            for lang in LANGUAGES
        }
        self.layout = page.from_string((FOLDER / "layout.html.j2").read_text())

    def render(self, job: Job) -> tuple[str, str, str]:
        letter, language, given = job
        text = self.texts[letter, language].render(given)
        title = f"Re: {given['title']}"
        return title, text, self.layout.render(blocks=blocks(text), title=title, language=language)

    def usual(self, job: Job) -> tuple[str, str, str]:
        title, text, html = self.render(job)
        return title, text, premailer.transform(html, allow_network=False)


def ours_mime(words: tuple[str, str, str], language: str) -> bytes:
    """The MIME of a letter by our own writer, with every header it would have."""
    wish = Wish("update_progress", Subject("case", 412), Audience.CUSTOMER, "ada@nimbusretail.example", "k")
    letter = Letter(7, wish, State.SENDING, NOW, Words(*words), "owner", message_id="7.k7f3@kestrel.example",
                    in_reply_to="1@nimbusretail.example", references=("1@nimbusretail.example",),
                    reply_to="support+ESC-412.k7f3@kestrel.example")  # fmt: skip
    return write(letter, HEAD, "佐藤 美咲" if language == "ja" else "Ada Okafor", NOW).data


def mime(words: tuple[str, str, str]) -> bytes:
    """The usual MIME of a letter."""
    title, text, html = words
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = title, "support@kestrel.example", "ada@nimbusretail.example"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message.as_bytes()


def rate(write: Callable[[Job], object], jobs: list[Job], count: int) -> float:
    """Letters a second."""
    began = time.perf_counter()
    for n in range(count):
        write(jobs[n % len(jobs)])
    return count / (time.perf_counter() - began)


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--letters", type=int, default=200)
    args.add_argument("--repeats", type=int, default=5)
    asked = args.parse_args()
    ours, plain = Templates(FOLDER), Plain()
    jobs = [(x, lang, dict(sample_slots(ours, x, lang, Sample.WHOLE))) for lang in LANGUAGES for x in LETTERS]
    calls = _count_premailer()
    sides: dict[str, tuple[Callable[[Job], object], int]] = {
        "ours": (lambda j: ours.render(*j), asked.letters * 5),
        "plain Jinja2": (plain.render, asked.letters * 5),
        "usual": (plain.usual, max(30, asked.letters // 5)),
        "ours and MIME": (lambda j: ours_mime(ours.render(*j), j[1]), asked.letters),
        "usual and MIME": (lambda j: mime(plain.usual(j)), max(30, asked.letters // 5)),
    }
    rates: dict[str, list[float]] = {name: [] for name in sides}
    by_ours = 0
    for repeat in range(asked.repeats):
        for name in list(sides) if repeat % 2 == 0 else reversed(list(sides)):
            before = len(calls)
            rates[name].append(rate(*_with(sides[name], jobs)))
            by_ours += len(calls) - before if name.startswith("ours") else 0
    for name, values in rates.items():
        print(f"{name:16} {statistics.median(values):9,.0f} letters/s   ({min(values):,.0f} - {max(values):,.0f})")
    for one, other in (("ours", "usual"), ("ours", "plain Jinja2"), ("ours and MIME", "usual and MIME")):
        ratio = statistics.median(a / b for a, b in zip(rates[one], rates[other], strict=True))
        print(f"{one} is {ratio:.2f} x {other}")
    print(f"premailer calls by our side: {by_ours}")


def _with(side: tuple[Callable[[Job], object], int], jobs: list[Job]) -> tuple[Callable[[Job], object], list[Job], int]:
    return side[0], jobs, side[1]


def _count_premailer() -> list[int]:
    """Count every call of premailer from here on."""
    calls: list[int] = []
    real = premailer.Premailer.transform

    def counted(self: premailer.Premailer, *args: object, **named: object) -> object:
        calls.append(1)
        return real(self, *args, **named)

    premailer.Premailer.transform = counted
    return calls


if __name__ == "__main__":
    main()
