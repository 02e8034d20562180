"""窓口の型紙: what a key or a press of Enter does is the same everywhere, and stands on the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from yakuba.settings.paths import ROOT

TEMPLATES = sorted((ROOT / "src/yakuba/desks/counter/templates/counter").glob("*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_a_form_that_changes_something_has_one_button(template: Path) -> None:
    """Enter in a field presses the first of several; what is decided is chosen, and one button sends it."""
    text = template.read_text()
    for form in re.findall(r'<form[^>]*method="post".*?</form>', text, re.DOTALL):
        assert form.count("<button") <= 1, form
