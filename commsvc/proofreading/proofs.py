"""Proofread every letter in every language with every sample: `commsvc templates check`."""

from collections.abc import Iterator

from commsvc.adapters.stationery import Templates
from commsvc.domain.letter.proof import faults
from commsvc.domain.letter.tone import slips
from commsvc.domain.playbook.wording import Wording
from commsvc.proofreading.sample import Sample, sample_slots


def proofread(templates: Templates, wording: Wording | None = None) -> Iterator[str]:
    """Each fault as `letter/language (sample): what is wrong`."""
    for letter in templates.letters():
        english = templates.used(letter, "en")
        for language in templates.languages(letter):
            where = f"{letter}/{language}"
            yield from (f"{where}: uses {slot} otherwise than en.txt.j2 does"
                        for slot in sorted(english ^ templates.used(letter, language)))  # fmt: skip
            for sample in Sample:
                said = _faults(templates, letter, language, sample, wording)
                yield from (f"{where} ({sample.value}): {fault}" for fault in said)


def _faults(templates: Templates, letter: str, language: str, sample: Sample, wording: Wording | None) -> list[str]:
    title, text, html = templates.render(letter, language, sample_slots(templates, letter, language, sample))
    found = faults(text, html, language)
    if wording is not None and templates.about(letter).audience == "customer":
        found += [f"it is worded as wording.toml forbids, {slip}" for slip in slips(text, wording)]
    if "\n" in title:
        found.append("the subject has a line break")
    if sample is Sample.HOSTILE:
        found += [f"it lets through {mark!r}" for mark in ("<script>", " 49 ") if mark in html]
        return [f for f in found if "status bar" not in f and "longer than" not in f]
    return found
