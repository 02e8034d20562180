"""はじめての町: an empty data folder becomes a desk that hands out certificates, by the command line alone."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django_otp
import pytest
from click.testing import CliRunner, Result
from django.contrib.auth import get_user_model
from django.test import Client
from django_otp.oath import TOTP
from tests.desks.clerks import PASSWORD
from tests.exchange.standard_files.faults import as_bytes, read_sample

from yakuba.desks.cli import audit, commands, resident_codes, residents, staff, town
from yakuba.kernel.check_digits import resident_code_finding
from yakuba.registers.access.door import TOKYO, Access, Purpose
from yakuba.registers.protections.commands import record_blocked

CODES = ("10000000111", "10000000138", "10000000146")


@pytest.fixture
def yakuba(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Any:
    """The command line on the test's own register."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for module in (audit, resident_codes, residents, staff, town):
        monkeypatch.setattr(module, "open_registers", lambda: None)

    def run(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(commands, arguments, input=typed)

    return run


def family(folder: Path) -> Path:
    """One household of the sample, as a file of its own."""
    header, rows = read_sample()
    number = rows[0]["世帯番号"]
    people = {row["宛名番号"] for row in rows if row["世帯番号"] == number}
    file = folder / "residents.csv"
    file.write_bytes(as_bytes(header, [row for row in rows if row["宛名番号"] in people]))
    return file


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_from_an_empty_register_to_a_certificate(yakuba: Any, client: Client, tmp_path: Path) -> None:
    for arguments, typed in (
        (("residents", "import", str(family(tmp_path))), ""),
        (("town", "certifier", "--name", "見本　一郎", "--starts-on", "2020-04-01"), ""),
        (
            (
                "staff", "create", "S0001", "--name", "窓口　太郎", "--place", "本庁1階",
                "--right", "view_residents", "--right", "issue_certificates",
            ),
            PASSWORD,
        ),
    ):  # fmt: skip
        outcome = yakuba(*arguments, typed=typed)
        assert outcome.exit_code == 0, outcome.output
    secret = re.search(r"secret=([A-Z2-7]+)", outcome.output)
    assert secret, outcome.output
    sign_in(client, secret[1])
    with family(tmp_path).open(encoding="utf-8", newline="") as file:
        name = next(row["氏名"] for row in csv.DictReader(file) if row["最新フラグ"] == "1")
    found = client.get("/", {"text": name}).content.decode()
    resident = re.search(r"/residents/(\d+)/", found)
    assert resident, found
    address = f"/residents/{resident[1]}/certificates/"
    page = client.get(address).content.decode()
    fields = dict(re.findall(r'name="(key)" value="([^"]+)"', page))
    answer = client.post(
        address, {"kind": "individual", "subjects": [resident[1]], "copies": "1", "confirmed": "1", **fields}
    )
    assert "交付しました" in answer.content.decode()


def sign_in(client: Client, secret: str) -> None:
    """Both factors; the second by the key that the command showed."""
    import base64
    import time

    assert client.post("/login/", {"username": "S0001", "password": PASSWORD})["Location"] == "/login/code/"
    totp = TOTP(base64.b32decode(secret))
    totp.time = time.time()
    assert client.post("/login/code/", {"code": f"{totp.token():06d}"})["Location"] == "/"


@pytest.mark.django_db
def test_the_first_account_may_make_the_others(yakuba: Any) -> None:
    outcome = yakuba("staff", "create", "S0001", "--name", "職員　管理", typed=PASSWORD)
    assert outcome.exit_code == 0, outcome.output
    account = get_user_model().objects.get(username="S0001")
    assert [one.codename for one in account.user_permissions.all()] == ["manage_staff"]
    assert django_otp.user_has_device(account)


@pytest.mark.django_db
def test_an_account_that_cannot_be_made_is_told_of(yakuba: Any) -> None:
    weak = yakuba("staff", "create", "S0001", "--name", "職員　管理", typed="1234")
    assert weak.exit_code == 1
    assert "12文字以上" in weak.output
    unknown = yakuba("staff", "create", "S0001", "--name", "職員　管理", "--right", "fly", typed=PASSWORD)
    assert unknown.exit_code == 2
    assert "manage_staff" in unknown.output
    assert not get_user_model().objects.exists()


@pytest.mark.django_db
def test_resident_codes_come_from_a_file_once(yakuba: Any, tmp_path: Path) -> None:
    assert [resident_code_finding(code) for code in CODES] == [None] * 3
    file = tmp_path / "codes.txt"
    file.write_text("\ufeff住民票コード\r\n" + "\r\n".join(CODES) + "\r\n", encoding="utf-8")
    assert "3 件を受領" in yakuba("resident-codes", "receive", str(file)).output
    assert "0 件を受領" in yakuba("resident-codes", "receive", str(file)).output


@pytest.mark.django_db
def test_blocked_attempts_are_told_by_month(yakuba: Any) -> None:
    now = datetime.now(UTC)
    record_blocked(Access("S0001", Purpose.CERTIFICATE, now), [1], "certificate:household")
    told = yakuba("audit", "blocked").output
    assert f"{now.astimezone(TOKYO):%Y-%m}  1 件" in told
    assert "合計 1 件" in told


@pytest.mark.django_db
def test_one_bad_resident_code_stops_the_file(yakuba: Any, tmp_path: Path) -> None:
    file = tmp_path / "codes.txt"
    file.write_text(f"{CODES[0]}\n12345\n", encoding="utf-8")
    outcome = yakuba("resident-codes", "receive", str(file))
    assert outcome.exit_code == 1
    assert "2行目" in outcome.output


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--ends-on", "2020-03-31"], "終わりの日"),
        (["--seal", "{folder}/seal.txt"], "PNG か SVG"),
    ],
)
def test_a_certifier_that_makes_no_sense_is_told_of(yakuba: Any, tmp_path: Path, options: list[str], told: str) -> None:
    (tmp_path / "seal.txt").write_text("公印")
    filled = [option.format(folder=tmp_path) for option in options]
    outcome = yakuba("town", "certifier", "--name", "見本　一郎", "--starts-on", "2020-04-01", *filled)
    assert outcome.exit_code == 1
    assert told in outcome.output
