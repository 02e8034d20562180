"""click in Japanese: the group of all commands, and the wording of help and errors."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click


class Unavailable(click.ClickException):
    """Something that a command needs is not there; the text says what to do."""

    exit_code = 69

    def show(self, file: Any = None) -> None:
        click.secho(self.message, fg="red", err=True)


class JapaneseHelp(click.Command):
    """A command whose help reads in Japanese."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="使い方: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [record for parameter in self.get_params(ctx) if (record := parameter.get_help_record(ctx))]
        if records:
            with formatter.section("オプション"):
                formatter.write_dl(records)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "この説明を表示する"
        return option


class JapaneseGroup(JapaneseHelp, click.Group):
    """A group of commands whose help reads in Japanese."""

    command_class = JapaneseHelp

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("コマンド"):
            formatter.write_dl([(name, self.summary(ctx, name)) for name in self.list_commands(ctx)])

    def summary(self, ctx: click.Context, name: str) -> str:
        """One line about a command of the group."""
        command = self.get_command(ctx, name)
        return command.get_short_help_str(limit=100) if command else ""


class Commands(JapaneseGroup):
    """The group of all commands, each imported only when it is called: a slow import is paid by whoever needs it."""

    def __init__(self, modules: Mapping[str, tuple[str, str]], **attributes: Any) -> None:
        super().__init__(**attributes)
        self.modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.modules:
            return None
        module, _ = self.modules[cmd_name]
        command: click.Command = importlib.import_module(f"{__package__}.{module}").command
        return command

    def summary(self, ctx: click.Context, name: str) -> str:
        return self.modules[name][1]

    def run(self) -> Any:
        """Runs the command line of this process; errors in its use are told in Japanese."""
        try:
            return self.main(prog_name="yakuba", standalone_mode=False)
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.ctx.get_help() if error.ctx else "", err=True)
            raise SystemExit(error.exit_code) from None
        except click.UsageError as error:
            click.secho(usage_message(error), fg="red", err=True)
            raise SystemExit(error.exit_code) from None
        except click.ClickException as error:
            error.show()
            raise SystemExit(error.exit_code) from None
        except (click.Abort, KeyboardInterrupt):
            click.secho("中断しました。", fg="yellow", err=True)
            raise SystemExit(130) from None


def usage_message(error: click.UsageError) -> str:
    """What is wrong with the command line, and where its help is."""
    command = error.ctx.command_path if error.ctx else "yakuba"
    return f"{_fault(error)}\n`{command} --help` に使い方があります。"


def _fault(error: click.UsageError) -> str:
    match error:
        case click.NoSuchOption():
            return f"{error.option_name} というオプションはありません。"
        case click.exceptions.NoSuchCommand():
            return f"{error.command_name} というコマンドはありません。"
        case click.MissingParameter():
            return f"{_name(error)} の指定がありません。"
        case click.BadParameter():
            return f"{_name(error)} の値が正しくありません。{_expected(error.param)}"
    return error.message


def _name(error: click.BadParameter) -> str:
    """The option or argument as it is written on the command line."""
    if error.param is None:
        return str(error.param_hint or "引数")
    return error.param.opts[0] if isinstance(error.param, click.Option) else str(error.param.human_readable_name)


def _expected(parameter: click.Parameter | None) -> str:
    match parameter and parameter.type:
        case click.Choice() as choice:
            return f"{'、'.join(str(value) for value in choice.choices)} のどれかです。"
        case click.IntRange() as numbers:
            return f"整数で、{numbers.min if numbers.min is not None else ''}～{numbers.max if numbers.max is not None else ''} です。"
        case click.types.IntParamType():
            return "整数です。"
        case click.Path():
            return "ファイルがないか、読み書きできません。"
        case click.DateTime():
            return "日付は 2026-04-01 の形です。"
    return ""
