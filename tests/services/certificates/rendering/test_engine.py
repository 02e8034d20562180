"""The same content gives the same bytes, in any process, at any time; many are made on several processes, in order."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from tests.services.certificates.rendering import samples
from tests.services.certificates.rendering.samples import EVERY_LAYOUT, FONTS

from yakuba.services.certificates.rendering.compose import compose
from yakuba.services.certificates.rendering.content import Document, HouseholdDocument
from yakuba.services.certificates.rendering.engine import render, render_many
from yakuba.typesetting.seals import sample_seal

PRINT_DIGESTS = """
import hashlib
from tests.services.certificates.rendering.test_engine import documents
from tests.services.certificates.rendering.samples import FONTS
from yakuba.services.certificates.rendering.engine import render
for document in documents():
    print(hashlib.sha256(render(document, FONTS).pdf).hexdigest())
"""


def documents() -> list[HouseholdDocument]:
    """Twenty one-page certificates, sealed, each with its own issue number."""
    issue = samples.issue(seal=sample_seal("見本市長之印", FONTS), verification="https://example.jp/v/1")
    return [
        samples.household(
            samples.japanese(),
            samples.foreign(),
            issue=replace(issue, issue_number=f"{samples.NUMBER[:-3]}{serial:03}"),
        )
        for serial in range(20)
    ]


def digests_elsewhere(time_zone: str, hash_seed: str) -> list[str]:
    """The files' digests as another process makes them."""
    environment = os.environ | {
        "TZ": time_zone,
        "PYTHONHASHSEED": hash_seed,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    made = subprocess.run(
        [sys.executable, "-c", PRINT_DIGESTS], env=environment, capture_output=True, text=True, check=True
    )
    return made.stdout.split()


def test_a_document_made_again_later_and_elsewhere_is_the_same_byte_for_byte() -> None:
    first = digests_elsewhere("Asia/Tokyo", "1")
    time.sleep(1.1)
    assert digests_elsewhere("America/New_York", "2") == first
    assert [hashlib.sha256(render(document, FONTS).pdf).hexdigest() for document in documents()] == first
    assert len(set(first)) == len(first)


def test_many_documents_come_in_order_and_equal_to_one_by_one() -> None:
    made = list(render_many(documents(), FONTS, workers=2))
    assert made == [render(document, FONTS) for document in documents()]
    assert made == list(render_many(iter(documents()), FONTS, workers=1))


def test_a_batch_takes_its_contents_only_a_little_ahead() -> None:
    taken = 0

    def source() -> object:
        nonlocal taken
        for document in documents() * 50:
            taken += 1
            yield document

    results = render_many(source(), FONTS, workers=2)  # type: ignore[arg-type]
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert taken < 200


def test_threads_of_a_server_may_render_at_the_same_time() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda document: render(document, FONTS), documents()))
    assert made == [render(document, FONTS) for document in documents()]


def test_version_1_is_composed_as_it_was_when_documents_were_issued_with_it() -> None:
    """A difference here changes documents already issued: leave v1 alone and make templates/v2 beside it."""
    recorded = json.loads((Path(__file__).parent / "issued_v1.json").read_text(encoding="utf-8"))
    assert {name: composed_digest(document) for name, document in EVERY_LAYOUT.items()} == recorded


def composed_digest(document: Document) -> str:
    """Digest of what the template is given, and of the template."""
    composed = compose(document, FONTS)
    drawn = json.dumps(composed.data, ensure_ascii=False, sort_keys=True).encode()
    return hashlib.sha256(drawn + composed.forms.source.read_bytes()).hexdigest()


def test_a_one_page_certificate_is_a_small_file() -> None:
    assert len(render(documents()[0], FONTS).pdf) < 150_000
