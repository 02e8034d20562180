"""控えと復元: the town that comes back is the town that was there; a file that is not whole is refused, and leaves nothing."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pyrage
import pytest
from tests.faults.conftest import Town

from yakuba.settings.backup import BackupRefused, read_key, restore_backup, town_key
from yakuba.settings.backup.restoring import MARK
from yakuba.settings.paths import ROOT
from yakuba.settings.postgres import ServerAddress, ensure_server, stop_server

pytestmark = [pytest.mark.db, pytest.mark.slow]
STREET = "中央町"
MEBIBYTE = 1 << 20


@pytest.fixture(scope="module")
def town(mortal_data: Path) -> Town:
    """The data folder's own database, with people and events in it."""
    whole = Town(mortal_data, "yakuba")
    whole.do("base")
    whole.do("events", "2", "1")
    return whole


@pytest.fixture(scope="module")
def certificate(town: Town) -> str:
    """Id and digest of a certificate that the town handed over."""
    return town.do("certify")[-1]


@pytest.fixture(scope="module")
def backup(town: Town, certificate: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town's backup, made on the command line."""
    file = tmp_path_factory.mktemp("backup") / "town.yakuba"
    first = town.yakuba("backup", str(file))
    assert first.returncode == 0, first.stderr
    assert re.search(r"AGE-SECRET-KEY-1\w{58}", first.stdout), "the key is shown when it is made"
    return file


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """An empty place that the server's user can pass through."""
    for folder in (tmp_path.parent.parent, tmp_path.parent, tmp_path):
        folder.chmod(0o711)
    return tmp_path / "data"


def tables(address: ServerAddress) -> dict[str, list[tuple[object, ...]]]:
    """Every row that a clerk or an auditor could ever be shown, and the vault's."""
    queries = (
        "SELECT * FROM residents_residentevent ORDER BY id",
        "SELECT * FROM residents_evententry ORDER BY resident_id, event_id",
        "SELECT * FROM residents_residentrecord ORDER BY resident_id, valid_from, known_from",
        "SELECT * FROM individual_numbers_individualnumber ORDER BY resident_id, version",
        "SELECT * FROM access_accessrecord WHERE action <> 'backup.restore' ORDER BY chain, number",
        "SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants ORDER BY 1, 2, 3",
        "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint ORDER BY 1, 2",
    )
    with psycopg.connect(address.owner_dsn) as connection:
        return {query: connection.execute(query).fetchall() for query in queries}


def restore(town: Town, file: Path, into: Path) -> subprocess.CompletedProcess[str]:
    return town.yakuba("restore", str(file), "--into", str(into))


def test_a_town_comes_back_elsewhere_with_everything(
    town: Town, certificate: str, backup: Path, elsewhere: Path
) -> None:
    before = tables(town.address)
    try:
        outcome = restore(town, backup, elsewhere)
        assert outcome.returncode == 0, outcome.stderr
        assert "目録" in outcome.stdout
        assert "欠け・書換えはありません" in outcome.stdout
        after = tables(ensure_server(elsewhere))
        for query, rows in before.items():
            assert after[query] == rows, query
        assert len(after["SELECT * FROM residents_residentevent ORDER BY id"]) > 100
        for key in (town.data / "keys").glob("[!.]*"):
            assert (elsewhere / "keys" / key.name).read_bytes() == key.read_bytes()
            assert (elsewhere / "keys" / key.name).stat().st_mode & 0o777 == 0o600
        assert Town(elsewhere, "yakuba").do("reproduce", certificate.split(maxsplit=1)[0]) == [certificate]
        again = restore(town, backup, elsewhere)
        assert (again.returncode, "空ではありません" in again.stderr) == (1, True)
        assert tables(ensure_server(elsewhere))["SELECT * FROM residents_residentevent ORDER BY id"]
    finally:
        stop_server(elsewhere)


def test_a_backup_holds_nothing_readable(town: Town, backup: Path) -> None:
    content = backup.read_bytes()
    assert content.startswith(b"age-encryption.org/v1")
    for word in (STREET, "試験", "residents_", "PGDMP", (town.data / "keys" / "access-chain.key").read_text()):
        assert word.encode() not in content
    assert backup.stat().st_mode & 0o777 == 0o600
    key, _ = town_key(town.data)
    opened = pyrage.decrypt(content, [key])
    assert b"residents_residentrecord" in opened, "what was looked for would have been found in the clear"


def test_a_backup_does_not_overwrite_another(town: Town, backup: Path) -> None:
    before = backup.read_bytes()
    outcome = town.yakuba("backup", str(backup))
    assert (outcome.returncode, "同じ名前のファイルがあります" in outcome.stderr) == (1, True)
    assert backup.read_bytes() == before


def cut_short(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


def without_its_end(content: bytes) -> bytes:
    return content[:-20]


def changed_in_the_middle(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def changed_at_the_end(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


def something_else(content: bytes) -> bytes:
    return b"PK\x03\x04" + content


SPOILT = (
    (cut_short, "backup-damaged"),
    (without_its_end, "backup-damaged"),
    (changed_in_the_middle, "backup-damaged"),
    (changed_at_the_end, "backup-damaged"),
    (something_else, "backup-form"),
)


@pytest.mark.parametrize(("spoil", "rule"), SPOILT)
def test_a_file_that_is_not_whole_is_refused_before_anything_is_made(
    town: Town, backup: Path, elsewhere: Path, spoil: Callable[[bytes], bytes], rule: str
) -> None:
    spoilt = elsewhere.with_name("spoilt.yakuba")
    spoilt.write_bytes(spoil(backup.read_bytes()))
    key, _ = town_key(town.data)
    with pytest.raises(BackupRefused) as refused:
        restore_backup(spoilt, key, elsewhere, progress=lambda stage, done, total: None)
    assert [finding.rule for finding in refused.value.findings] == [rule]
    assert not elsewhere.exists()


def test_a_backup_that_differs_from_its_manifest_is_taken_away_again(town: Town, backup: Path, elsewhere: Path) -> None:
    key, _ = town_key(town.data)
    opened = pyrage.decrypt(backup.read_bytes(), [key])
    assert opened.count(b'"residents_resident": [') == 1
    forged = elsewhere.with_name("forged.yakuba")
    forged.write_bytes(
        pyrage.encrypt(re.sub(rb'("residents_resident": \[\s*)(\d)', rb"\g<1>9", opened), [key.to_public()])
    )
    with pytest.raises(BackupRefused) as refused:
        restore_backup(forged, key, elsewhere, progress=lambda stage, done, total: None)
    assert [(finding.rule, finding.where) for finding in refused.value.findings] == [
        ("backup-differs", "residents_resident")
    ]
    assert list(elsewhere.iterdir()) == []


def test_another_towns_key_opens_nothing(backup: Path, elsewhere: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.key"
    other.write_text(f"# 別の町\n{pyrage.x25519.Identity.generate()}\n", encoding="utf-8")
    with pytest.raises(BackupRefused, match="別の鍵"):
        restore_backup(backup, read_key(other), elsewhere, progress=lambda stage, done, total: None)
    assert not elsewhere.exists()


@pytest.mark.parametrize("text", ["", "AGE-SECRET-KEY-1ABC", "age1notasecret"])
def test_a_file_without_a_key_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "no.key").write_text(text, encoding="utf-8")
    with pytest.raises(BackupRefused, match="鍵"):
        read_key(tmp_path / "no.key")


def test_a_restore_that_was_killed_is_no_town_and_is_begun_anew(town: Town, backup: Path, elsewhere: Path) -> None:
    command = [sys.executable, "-m", "yakuba", "restore", str(backup), "--into", str(elsewhere)]
    environment = {**town.environment, "YAKUBA_DATA": str(town.data)}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (elsewhere / "postgres" / "passwords").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    try:
        assert (elsewhere / MARK).exists()
        told = Town(elsewhere, "yakuba").yakuba("register", "verify")
        assert (told.returncode, "復元の途中です" in told.stderr) == (69, True)
        assert restore(town, backup, elsewhere).returncode == 0
        assert not (elsewhere / MARK).exists()
    finally:
        stop_server(elsewhere)


def full_file_system(folder: Path) -> bool:
    """A file system of one mebibyte; root alone may make one, and not everywhere."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    return os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0


def assert_told_and_nothing_left(outcome: subprocess.CompletedProcess[str], folder: Path) -> None:
    assert outcome.returncode == 1
    assert "いっぱいのため、控えを作れませんでした" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert list(folder.iterdir()) == []


def test_a_full_disk_is_told_and_leaves_nothing(town: Town, tmp_path: Path) -> None:
    folder = tmp_path / "full"
    folder.mkdir()
    if not full_file_system(folder):
        pytest.skip("a full file system can be made by root alone; the file size limit below stands for it")
    try:
        assert_told_and_nothing_left(town.yakuba("backup", str(folder / "town.yakuba")), folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_limit_on_the_size_of_files_is_told_and_leaves_nothing(town: Town, tmp_path: Path) -> None:
    folder = tmp_path / "limited"
    folder.mkdir()
    command = [sys.executable, "-m", "yakuba", "backup", str(folder / "town.yakuba")]
    limit = MEBIBYTE // 4
    outcome = subprocess.run(
        command,
        cwd=ROOT,
        env={**town.environment, "YAKUBA_DATA": str(town.data)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert_told_and_nothing_left(outcome, folder)


def test_a_backup_that_was_killed_leaves_no_file_of_that_name(town: Town, tmp_path: Path) -> None:
    target = tmp_path / "town.yakuba"
    command = [sys.executable, "-m", "yakuba", "backup", str(target)]
    environment = {**town.environment, "YAKUBA_DATA": str(town.data)}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    part = tmp_path / ".town.yakuba.part"
    deadline = time.monotonic() + 60
    while not (part.exists() and part.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not target.exists()
    assert STREET.encode() not in part.read_bytes()
    assert town.yakuba("backup", str(target)).returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["town.yakuba"]
