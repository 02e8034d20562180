"""控えの鍵 — the town's own key for its backups, made once; whoever has it can read every backup of the town."""

from __future__ import annotations

import os
from pathlib import Path

from pyrage import IdentityError, x25519

from yakuba.settings.backup.errors import refusal
from yakuba.settings.paths import make_data_folder

FIRST_WORDS = "AGE-SECRET-KEY-1"


def town_key(data: Path) -> tuple[x25519.Identity, bool]:
    """町の控えの鍵 of the data folder, and whether it was made just now (then show it to be kept elsewhere)."""
    folder = make_data_folder(data) / "keys"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / "backup.key"
    made = False
    if not path.exists():
        draft = folder / f".backup.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(
                f"# 役場の控えの鍵。この 1 行があれば、この町の控えをすべて読めます。\n{x25519.Identity.generate()}\n"
            )
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
            made = True
        except FileExistsError:
            pass  # another process was first
        finally:
            draft.unlink()
    return read_key(path), made


def read_key(path: Path) -> x25519.Identity:
    """鍵ファイルの読取り: the line that begins with AGE-SECRET-KEY-1; other lines are remarks. Raises BackupRefused."""
    try:
        lines = path.read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError) as fault:
        raise refusal(
            "backup-key", "鍵ファイルを読めません。", "控えの鍵を保管したファイルを指定してください。", where=str(path)
        ) from fault
    for line in lines:
        if line.startswith(FIRST_WORDS):
            try:
                return x25519.Identity.from_str(line)
            except IdentityError:
                break
    raise refusal(
        "backup-key",
        "控えの鍵がこのファイルにありません。",
        f"{FIRST_WORDS}… の行があるファイルを指定してください。",
        where=str(path),
    )
