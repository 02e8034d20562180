"""`yakuba demo`: a made-up town, a year of its life, and the counter desk open on it with an account to sign in."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from yakuba.desks.cli.database import open_registers, open_server, runtime_environment
from yakuba.desks.cli.demo_year import YEAR_DAYS, Report, live_a_year
from yakuba.desks.cli.japanese import JapaneseHelp, Unavailable
from yakuba.desks.cli.pictures import terminal_picture
from yakuba.desks.cli.serve import DEFAULT_PORT, choose_port, server_command
from yakuba.desks.cli.town import Ahead
from yakuba.desks.cli.worker import begin_beside
from yakuba.settings.paths import ROOT, make_data_folder
from yakuba.settings.postgres import drop_database, stop_server
from yakuba.settings.system_packages import CERTIFICATE_FONT, ensure

DEFAULT_RESIDENTS, SEED = 10_000, 1
HOST = "127.0.0.1"
USER, RESPONSIBLE_USER = "demo", "demo2"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
CODE_SECONDS = 30
TOKYO = ZoneInfo("Asia/Tokyo")


@dataclass(frozen=True, slots=True)
class Demo:
    """デモの控え: what a folder's town was made of, and its account. Kept in `demo.json`, which marks the folder as a demo's."""

    residents: int
    seed: int
    today: date
    password: str
    totp_key: str
    recipe: str
    """Digest of the code that makes the town and its year: another one would not know what is there already."""

    @property
    def first(self) -> date:
        """The first day of the year that is lived."""
        return self.today - timedelta(days=YEAR_DAYS)

    def code(self) -> str:
        """第二要素のコード of this moment, and for how long it is valid."""
        from django_otp.oath import TOTP

        totp, now = TOTP(bytes.fromhex(self.totp_key), step=CODE_SECONDS), time.time()
        totp.time = now
        return f"{totp.token():06d}（あと {CODE_SECONDS - int(now) % CODE_SECONDS} 秒）"


@click.command(cls=JapaneseHelp, help="架空の町をつくり、一年を過ごし、窓口の画面を開く")
@click.option("--residents", type=click.IntRange(100, 200_000), metavar="人数", help="町の人口（既定は 10000）")
@click.option("--no-serve", is_flag=True, help="一年のまとめを表示して終わる（画面は開かない）")
@click.option("--fresh", is_flag=True, help="前のデモの町を捨てて、新しくつくる")
@click.option("--port", default=DEFAULT_PORT, show_default=True, help="待ち受けるポート（使われていれば別のポート）")
@click.option("--code", "only_code", is_flag=True, help="第二要素の今のコードだけを表示する")
def command(residents: int | None, no_serve: bool, fresh: bool, port: int, only_code: bool) -> None:
    """Goes on with the town that is there; ends its own database server when it ends."""
    folder = use_demo_folder()
    if only_code:
        click.echo(read_demo(folder).code())
        return
    with alone_in(folder):
        try:
            demo = prepare(folder, residents, fresh=fresh)
            report = make_town(demo)
            click.echo(report.summary())
            click.echo(account_text(demo))
            click.echo(report.to_try())
            if not no_serve:
                serve_until_stopped(demo, choose_port(HOST, port))
        finally:
            stop_server(folder)


# --- the folder ---


def use_demo_folder() -> Path:
    """データフォルダ of the demo: `YAKUBA_DATA`, else `data/demo` in the checkout, with a server of its own whatever
    `DATABASE_URL` says: nothing of it touches another register."""
    os.environ.setdefault("YAKUBA_DATA", str(ROOT / "data" / "demo"))
    os.environ.pop("DATABASE_URL", None)
    return Path(os.environ["YAKUBA_DATA"]).absolute()


def read_demo(folder: Path) -> Demo:
    """The folder's demo. Raises Unavailable where there is none."""
    path = folder / "demo.json"
    if not path.exists():
        raise Unavailable(f"{folder} にデモはありません。`./yakuba demo` でつくれます。")
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Demo(**{**kept, "today": date.fromisoformat(kept["today"])})


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """One demo at a time in a folder."""
    make_data_folder(folder)
    with open(folder / "demo.lock", "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unavailable(f"{folder} では別のデモが動いています。先に Ctrl-C で終えてください。") from None
        yield


def prepare(folder: Path, residents: int | None, *, fresh: bool) -> Demo:
    """デモの準備: the folder's own, or a new one with a new password. Raises Unavailable where another register stands."""
    path = folder / "demo.json"
    if not path.exists() and (folder / "postgres").exists():
        raise Unavailable(f"{folder} にはデモでない台帳があります。YAKUBA_DATA を別のフォルダにしてください。")
    if path.exists() and not fresh:
        demo = read_demo(folder)
        if residents not in (None, demo.residents):
            raise Unavailable(f"既に {demo.residents:,} 人の町があります。つくり直すには --fresh を付けてください。")
        if demo.recipe != recipe():
            raise Unavailable("前の版でつくった町があります。--fresh を付けてつくり直してください。")
        return demo
    if path.exists():
        _clear(folder)
    password = "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(3))
    today = datetime.now(TOKYO).date()
    demo = Demo(residents or DEFAULT_RESIDENTS, SEED, today, password, secrets.token_hex(20), recipe())
    draft = path.with_suffix(".new")
    with open(draft, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        json.dump({**asdict(demo), "today": today.isoformat()}, file)
    draft.replace(path)
    return demo


def recipe() -> str:
    """作り方の指紋: of the code and data from which the town and its year come."""
    folder = ROOT / "src" / "yakuba" / "exchange" / "made_up_town"
    digest = hashlib.sha256()
    for path in sorted([*folder.glob("*.py"), *folder.glob("data/*.csv")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _clear(folder: Path) -> None:
    """The demo's database goes, with the copies of its seals; the server and the keys stay."""
    address = open_server()
    drop_database(address.with_database("postgres"), address.database)
    shutil.rmtree(folder / "seals", ignore_errors=True)


# --- the town ---


def make_town(demo: Demo) -> Report:
    """町と一年: made while the server starts; what is there already stays."""
    missing = ensure([CERTIFICATE_FONT])
    with Ahead(demo.residents, demo.seed, demo.first - timedelta(days=1)) as ahead:
        report = Report(demo.residents, demo.first, demo.today)
        with report.step("データベース"):
            ahead.begin()
            open_registers()
        live_a_year(ahead, report, seed=demo.seed, with_certificates=not missing)
    with report.step("アカウント"):
        _make_accounts(demo)
    return report


def _make_accounts(demo: Demo) -> None:
    """職員 demo with every right, and demo2 who confirms as 支援措置責任者 what demo has proposed."""
    from yakuba.registers.access.door import Access, Purpose
    from yakuba.registers.staff import commands, queries

    access = Access("yakuba-demo", Purpose.SYSTEM, datetime.now(UTC), place="yakuba demo")
    there = {row.username for row in queries.accounts(access)}
    every = [name for name, _ in queries.RIGHTS]
    responsible = [
        "view_residents", "manage_protections", "release_protections", "view_access_records", "assess_tax", "approve_decisions",
    ]  # fmt: skip
    for username, name, rights in (
        (USER, "見本　窓口", every),
        (RESPONSIBLE_USER, "見本　責任者", responsible),
    ):
        if username not in there:
            commands.create_account(
                access, username=username, display_name=name, password=demo.password, department="市民課",
                place="本庁1階", rights=rights,
            )  # fmt: skip
            commands.add_totp_device(access, username, key=demo.totp_key)


# --- what is printed ---


def account_text(demo: Demo) -> str:
    """アカウント: number, password, the second factor as address, picture and code."""
    address = otpauth_address(demo)
    return "\n".join(
        [
            "",
            "サインイン",
            f"  職員番号    {USER}（すべての権限）、{RESPONSIBLE_USER}（支援措置責任者。{USER} の起案を確認・承認する二人目）",
            f"  パスワード  {demo.password}（二人とも同じ）",
            f"  第二要素    {demo.code()}。次のコードは `./yakuba demo --code`",
            f"              {address}",
            terminal_picture(address),
        ]
    )


def otpauth_address(demo: Demo) -> str:
    """The second factor as an authenticator app reads it."""
    from base64 import b32encode

    key = b32encode(bytes.fromhex(demo.totp_key)).decode()
    return f"otpauth://totp/Yakuba:{USER}?secret={key}&issuer=Yakuba&algorithm=SHA1&digits=6&period={CODE_SECONDS}"


# --- the desk ---


def serve_until_stopped(demo: Demo, port: int) -> None:
    """窓口を開く: until Ctrl-C; on a terminal the second factor's code is shown as it changes."""
    from django.db import connections

    connections.close_all()
    signal.signal(signal.SIGTERM, lambda *_: _interrupt())
    server = subprocess.Popen(server_command(HOST, port), env=runtime_environment(), process_group=0)
    worker = begin_beside()
    try:
        click.echo(f"\nhttp://{HOST}:{port}/ で開いています（Ctrl-C で終わります）。")
        while server.poll() is None:
            if os.isatty(1):
                click.echo(f"\r第二要素のコード {demo.code()} ", nl=False)
            time.sleep(1)
    except KeyboardInterrupt:
        click.echo("\n終わります。")
    finally:
        for process in (server, worker):
            process.terminate()
        for process in (server, worker):
            process.wait()


def _interrupt() -> None:
    raise KeyboardInterrupt
