"""`yakuba staff`: the first account of a town; the others are made at the desk by whoever holds 職員・権限の管理."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click

from yakuba.desks.cli.database import open_registers
from yakuba.desks.cli.japanese import JapaneseGroup
from yakuba.desks.cli.pictures import terminal_picture
from yakuba.kernel.findings import RefusedError

ACTOR = "command-line"


@click.group(cls=JapaneseGroup, help="職員のアカウントをつくる")
def command() -> None:
    """The group itself does nothing."""


@command.command(help="職員を登録し、第二要素の鍵を一度だけ表示する（パスワードは尋ねる。標準入力からも渡せる）")
@click.argument("number", metavar="職員番号")
@click.option("--name", required=True, metavar="氏名", help="職員の氏名")
@click.option("--department", default="", metavar="所属", help="所属")
@click.option("--place", default="", metavar="場所", help="端末のある場所")
@click.option(
    "--right", "rights", multiple=True, default=["manage_staff"], show_default=True, metavar="権限",
    help="業務権限の識別名（くり返せる）",
)  # fmt: skip
def create(number: str, name: str, department: str, place: str, rights: tuple[str, ...]) -> None:
    """Makes the account and its second factor in one go, so that it can sign in at once."""
    open_registers()
    # Their imports need Django set up.
    from django.db import transaction

    from yakuba.registers.access.door import Access, Purpose
    from yakuba.registers.staff import commands, queries

    known = dict(queries.RIGHTS)
    for right in rights:
        if right not in known:
            every = "\n".join(f"  {each:24}{label}" for each, label in known.items())
            raise click.UsageError(f"{right} という権限はありません。権限は次のとおりです。\n{every}")
    access = Access(ACTOR, Purpose.SYSTEM, datetime.now(UTC), place="yakuba staff")
    password = _password()
    try:
        with transaction.atomic():
            commands.create_account(
                access, username=number, display_name=name, password=password, department=department, place=place,
                rights=rights,
            )  # fmt: skip
            address = commands.add_totp_device(access, number.strip())
    except RefusedError as refused:
        click.secho(str(refused), fg="red", err=True)
        raise SystemExit(1) from None
    click.echo(f"職員 {number} を登録しました（{'、'.join(known[right] for right in rights)}）。")
    click.echo("第二要素の鍵です。認証アプリに登録してください。二度と表示しません。")
    click.echo(f"{address}\n{terminal_picture(address)}")


def _password() -> str:
    """Asked for twice at a terminal; the first line of what is piped in elsewhere."""
    if sys.stdin.isatty():
        return str(click.prompt("パスワード（12文字以上）", hide_input=True, confirmation_prompt="もう一度"))
    return sys.stdin.readline().rstrip("\n")
