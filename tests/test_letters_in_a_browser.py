"""Every letter, in the narrowest and in a wide window: nothing sticks out of it."""

import importlib
from pathlib import Path

import pytest

from commsvc.adapters.stationery import Templates
from commsvc.proofreading.sample import Sample, sample_slots

SHIPPED = Templates(Path(__file__).parents[1] / "templates/email")
LETTERS = [(x, language) for x in SHIPPED.letters() for language in ("en", "de") if SHIPPED.has(x, language)]
playwright = importlib.import_module("playwright.sync_api")


@pytest.mark.parametrize("width", [320, 680])
def test_no_letter_is_wider_than_its_window(width):
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 900})
        wide = {}
        for letter, language in LETTERS:
            page.set_content(SHIPPED.render(letter, language, sample_slots(SHIPPED, letter, language, Sample.WHOLE))[2])
            wide[letter, language] = page.evaluate("document.documentElement.scrollWidth")
        browser.close()
    assert {k: v for k, v in wide.items() if v > width} == {}
