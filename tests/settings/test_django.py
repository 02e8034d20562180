"""設定: what the environment changes in Django's settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from yakuba.settings.paths import ROOT

NAMES = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_PROXY_SSL_HEADER")


def settings(data: Path, **environment: str) -> dict[str, object]:
    """The settings as a process of its own reads them."""
    script = f"import json; from yakuba.settings import django; print(json.dumps({{n: getattr(django, n) for n in {NAMES}}}))"
    around = {**os.environ, "YAKUBA_DATA": str(data), "PYTHONPATH": str(ROOT / "src"), **environment}
    outcome = subprocess.run([sys.executable, "-c", script], env=around, capture_output=True, text=True, check=True)
    read: dict[str, object] = json.loads(outcome.stdout)
    return read


@pytest.mark.parametrize(("given", "header"), [({}, None), ({"YAKUBA_TLS": "1"}, ["HTTP_X_FORWARDED_PROTO", "https"])])
def test_behind_tls_no_cookie_leaves_in_the_clear(
    tmp_path: Path, given: dict[str, str], header: list[str] | None
) -> None:
    secure = bool(given)
    assert settings(tmp_path, **given) == dict(zip(NAMES, (secure, secure, secure, header), strict=True))
