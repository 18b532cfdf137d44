"""Every shipped letter, in every language, with every sample; and that the proofreader finds what is wrong."""

import shutil
from pathlib import Path

import premailer
import pytest
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from lxml import html as lxml_html

from commsvc.adapters.rulebook import Rulebook
from commsvc.adapters.stationery import Templates
from commsvc.adapters.stationery.inlining import inline, inlined
from commsvc.domain.letter.blocks import blocks
from commsvc.domain.letter.contradiction import unconfirmed
from commsvc.errors import Misconfigured
from commsvc.proofreading.proofs import proofread
from commsvc.proofreading.sample import Sample, sample_slots

FOLDER = Path(__file__).parents[1] / "templates/email"
SHIPPED = Templates(FOLDER)
FIVE = {
    "acknowledge", "queue_receipt", "unlisted_receipt", "security_receipt", "privacy_receipt", "reopened", "duplicate_joined", "first_answer",
    "update_progress", "update_no_progress", "holding_statement", "missed_commitment", "call_invitation", "call_offer", "call_cancelled",
    "resolution_proposed", "reminder", "resolved", "survey",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    """A copy of the shipped templates to spoil."""
    return Path(shutil.copytree(FOLDER, tmp_path / "email"))


def test_nothing_is_wrong_with_any_letter():
    wording = Rulebook(FOLDER.parents[1] / "rules", SHIPPED.letters()).current().wording
    assert list(proofread(SHIPPED, wording)) == []


@pytest.mark.parametrize("letter", sorted(FIVE))
def test_what_customers_read_most_is_written_in_five_languages(letter):
    assert SHIPPED.languages(letter) == ["de", "en", "es", "fr", "ja"]


def _shape(page):
    """Tags, styles and words: what a mail program sees."""
    return [
        (e.tag, sorted(x.strip() for x in (e.get("style") or "").split(";") if x.strip()), (e.text or "").split(), (e.tail or "").split())
        for e in lxml_html.document_fromstring(page).iter()
        if isinstance(e.tag, str) and e.tag not in ("style", "tbody")
    ]  # fmt: skip


@pytest.mark.parametrize("letter", list(SHIPPED.letters()))
def test_inlined_once_is_what_premailer_makes_of_each_message(letter):
    """perf.md part 3: compiled and per message must be equal, or the compiled one is wrong."""
    env = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    plain = env.from_string((FOLDER / "layout.html.j2").read_text())
    for language in SHIPPED.languages(letter)[:2]:
        title, text, page = SHIPPED.render(letter, language, sample_slots(SHIPPED, letter, language, Sample.WHOLE))
        per_message = inlined(plain.render(blocks=blocks(text), title=title, language=language))
        assert _shape(page) == _shape(per_message)


def test_premailer_never_runs_for_a_letter(monkeypatch):
    calls = []
    monkeypatch.setattr(premailer.Premailer, "transform", lambda self, *_: calls.append(self))
    for letter in SHIPPED.letters():
        SHIPPED.render(letter, "en", sample_slots(SHIPPED, letter, "en", Sample.WHOLE))
    assert calls == []


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("<p {% if a %}class='b'{% endif %}>x</p>", "{% if a %} stands inside a tag"),
        ("<!-- {% if a %} -->x{% endif %}", "premailer lost {% if a %}"),
    ],
)
def test_a_tag_that_premailer_would_spoil_is_refused(source, said):
    with pytest.raises(ValueError, match=said):
        inline(source)


def test_comparisons_and_addresses_come_through_as_they_were():
    source = '<style>p { color: #123456 }</style><p>{% if a < b %}<a href="{{ to }}">x</a>{% endif %}</p>'
    assert '<p style="color:#123456">{% if a < b %}<a href="{{ to }}">x</a>{% endif %}</p>' in inline(source)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("color: #1c2326", "color: #a5a9ab", "contrast"),
        ("background-color: #1b2326 !important; color: #e8eced", "background-color: #1b2326 !important; color: #444444", "by night"),
        ("<html lang", "<html data-lang", "lang"),
        ("<p>", "<h2>Hidden words</h2>\n<p>", "where the HTML says “Hidden”"),
        ("<h1>{{ block.lines[0] }}</h1>", "<b>{{ block.lines[0] }}</b>", "one h1"),
        ("<h2>", "<h4>", "level of headings"),
        ("<p>", '<img src="cid:x"><p>', "alt text"),
        ("<p>", '<img alt="x" src="https://evil.example/pixel.png"><p>', "loads something"),
        ('<th scope="col">', "<th>", "no th with a scope"),
        ('width="600"', 'width="900"', "900 pixels wide"),
        ("font-size: 15px", "font-size: 9px", "too small"),
    ],
)  # fmt: skip
def test_a_spoilt_layout_is_found(folder, before, after, said):
    layout = folder / "layout.html.j2"
    source = layout.read_text()
    assert before in source
    layout.write_text(source.replace(before, after))
    assert any(said in fault for fault in proofread(Templates(folder)))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("{{ line | safe }}", "", "does not show each word"),
        ("{{ block.heading }}", "{{ block.heading }} {{ block.heading }}", "does not show each word"),
        ("{{ block.lines[0] }}", "{{ block.lines[0] | upper }}", "by its words"),
        ("{{ line | safe }}", "{% if loop.length > 2 %}!{% endif %}{{ line | safe }}", "by its words"),
        ("{{ title }}", "{{ titel }}", "titel"),
        ("{% endfor %}", "", "endfor"),
    ],
)
def test_a_layout_that_cannot_be_taken_apart_is_refused_when_loaded(folder, before, after, said):
    layout = folder / "layout.html.j2"
    layout.write_text(layout.read_text().replace(before, after))
    with pytest.raises(Misconfigured) as why:
        Templates(folder)
    assert any(said in p.what for p in why.value.problems), why.value.problems


def test_a_language_that_leaves_out_a_slot_is_found(folder):
    path = folder / "update_progress/de.txt.j2"
    path.write_text(path.read_text().replace("{{ salutation }}", "Guten Tag"))
    assert any("update_progress/de: uses salutation" in fault for fault in proofread(Templates(folder)))


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (("resolved/letter.toml", '"ref"', '"ref", "card"'), "the slot 'card' is internal, the letter this customer"),
        (("resolved/letter.toml", '"this customer"', '"internal"'), "a letter to a customer cannot be 'internal'"),
        (("resolved/letter.toml", '"ref"', '"ref", "shoe_size"'), "no letter has the slot 'shoe_size'"),
        (("resolved/letter.toml", '"this customer"', '"everybody"'), "class"),
        (("resolved/en.txt.j2", "{{ ref }}", "{{ ref }} {{ history }}"), "'history' is used but not declared"),
        (("resolved/en.txt.j2", "{{ ref }}", "{{ ref "), "not a template"),
    ],
)
def test_a_broken_template_is_refused_when_loaded_with_its_place(folder, edit, said):
    name, before, after = edit
    (folder / name).write_text((folder / name).read_text().replace(before, after))
    with pytest.raises(Misconfigured) as why:
        Templates(folder)
    assert any(said in p.what and name.partition("/")[0] in p.file for p in why.value.problems)


def test_an_account_and_its_segment_may_have_words_of_their_own(folder):
    for over, word in (("accounts/nimbus", "Nimbus"), ("segments/strategic", "Strategic")):
        path = folder / over / "resolved/en.txt.j2"
        path.parent.mkdir(parents=True)
        path.write_text(f"Resolved | {word} {{{{ ref }}}}\n")
    templates = Templates(folder)
    given = sample_slots(templates, "resolved", "en", Sample.WHOLE)

    def bar(*overrides):
        return templates.render("resolved", "en", given, overrides)[1].splitlines()[0]

    assert bar("accounts/nimbus", "segments/strategic") == "Resolved | Nimbus ESC-412"
    assert bar("accounts/hartmann", "segments/strategic") == "Resolved | Strategic ESC-412"
    assert bar("accounts/hartmann", "segments/standard") == bar() == "Resolved | ESC-412"


def test_blocks_lose_no_word():
    cut = blocks("Bar\n\nSteps\n1. one\n2. two\n\n| a | b |\n| c | d |\n\n23. Nov. is the day\n\nDana\nOwner\n")
    assert [b.shape for b in cut] == ["status", "steps", "table", "paragraph", "signature"]
    assert cut[3].lines == ("23. Nov. is the day",)


def test_no_sentence_of_ours_is_taken_for_an_estimate_but_the_estimate():
    wording = Rulebook(FOLDER.parents[1] / "rules", SHIPPED.letters()).current().wording
    customers = [x for x in SHIPPED.letters() if SHIPPED.about(x).audience == "customer"]
    found = {
        letter
        for letter in customers
        for language in SHIPPED.languages(letter)
        for sample in (Sample.WHOLE, Sample.BARE)
        if unconfirmed(
            SHIPPED.render(letter, language, sample_slots(SHIPPED, letter, language, sample))[1], [], wording
        )
    }
    assert found == {"update_progress"}
