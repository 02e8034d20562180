"""`yakuba demo` as its first user meets it: the summary, the account, the desk in a browser, Ctrl-C, and once more."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from tests.desks.cli.test_commands import yakuba

from yakuba.settings.paths import ROOT
from yakuba.settings.postgres import server_status, stop_server

RESIDENTS = "300"


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that the server's own user may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="yakuba-demo-"))
    folder.chmod(0o711)
    yield folder / "data"
    stop_server(folder / "data")
    shutil.rmtree(folder)


@contextmanager
def running_demo(data: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A demo with its desk open, and what it has said up to the address."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("YAKUBA_", "DATABASE_"))}
    environment = {**kept, "YAKUBA_DATA": str(data), "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "yakuba", "demo", "--residents", RESIDENTS, "--port", "8765"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as running:
        try:
            said = ""
            for line in running.stdout or ():
                said += line
                if "で開いています" in line:
                    break
            yield running, said
        finally:
            running.send_signal(signal.SIGINT)


def sign_in(address: str, password: str, data: Path) -> str:
    """The first page after both factors."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    page = urllib.request.Request(f"{address}login/")
    text = _patient(browser, page)
    text = _post(browser, f"{address}login/", text, username="demo", password=password)
    code = yakuba("demo", "--code", data=data).stdout.partition("（")[0]
    return _post(browser, f"{address}login/code/", text, code=code)


def _patient(browser: urllib.request.OpenerDirector, page: urllib.request.Request) -> str:
    """Asks until the web server has come up."""
    for _ in range(300):
        try:
            return str(browser.open(page).read().decode())
        except urllib.error.URLError:
            time.sleep(0.2)
    raise AssertionError("the desk does not answer")


def _post(browser: urllib.request.OpenerDirector, address: str, page: str, **values: str) -> str:
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    body = urllib.parse.urlencode({**values, "csrfmiddlewaretoken": token[1]}).encode()
    return str(browser.open(address, body).read().decode())


def test_a_demo_tells_of_its_year_opens_the_desk_and_goes_on_the_next_time(data: Path) -> None:
    with running_demo(data) as (running, said):
        assert re.search(r"台帳と異動の照合\s+[\d,]+ 行 一致", said)
        assert "受け付けられなかった届出" not in said
        assert re.findall(r"交付しなかった: (\S+)\s+(\S+)", said) == [
            ("住民票の写し（世帯連記式）", "支援措置の対象者のため、出力できません。")
        ]
        assert "otpauth://totp/" in said
        password, address = (
            re.search(r"パスワード  (\S{12,})（", said),
            re.search(r"(http://\S+/) で開いています", said),
        )
        assert password
        assert address
        assert "検索" in sign_in(address[1], password[1], data)
        busy = yakuba("demo", "--no-serve", data=data)
        assert (busy.returncode, "別のデモ" in busy.stderr) == (69, True)
        running.send_signal(signal.SIGINT)
        assert running.wait(60) == 0
    assert server_status(data).startswith("停止中")
    again = yakuba("demo", "--no-serve", data=data)
    assert again.returncode == 0, again.stderr
    assert password[1] in again.stdout
    for counted in (re.compile(r"異動 ([\d,]+) 件"), re.compile(r"所得資料\s+([\d,]+) 件")):
        assert counted.findall(again.stdout) == counted.findall(said) != []
    assert server_status(data).startswith("停止中")


def test_a_demo_touches_no_other_register(data: Path) -> None:
    (data / "postgres").mkdir(parents=True)
    for more in ([], ["--fresh"]):
        outcome = yakuba("demo", "--no-serve", *more, data=data)
        assert outcome.returncode == 69
        assert "デモでない台帳があります" in outcome.stderr
    assert not (data / "demo.json").exists()


@pytest.mark.parametrize(("more", "told"), [(["--residents", "500"], "300 人の町"), ([], "前の版")])
def test_another_size_or_another_recipe_needs_a_fresh_town(data: Path, more: list[str], told: str) -> None:
    data.mkdir()
    kept = {"residents": 300, "seed": 1, "today": "2026-11-23", "password": "x", "totp_key": "00", "recipe": "older"}
    (data / "demo.json").write_text(json.dumps(kept))
    outcome = yakuba("demo", "--no-serve", *more, data=data)
    assert outcome.returncode == 69
    assert told in outcome.stderr
    assert "--fresh" in outcome.stderr
