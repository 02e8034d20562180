"""パスワードファイル — the passwords of the database logins, in one file of the data folder in libpq's own format.

Connection strings name the file (`passfile=`) instead of carrying a password, so none shows up in an environment
variable, a process list or a log.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path


class PasswordFile:
    """One line `*:*:*:LOGIN:PASSWORD` per login, readable by its owner alone (libpq ignores it otherwise)."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def find(self, login: str) -> str | None:
        """The login's password, or None."""
        return self._read().get(login)

    def find_or_make(self, login: str) -> str:
        """The login's password; a new random one is written down first where there is none."""
        passwords = self._read()
        if login not in passwords:
            passwords[login] = secrets.token_urlsafe(24)
            self._write(passwords)
        return passwords[login]

    def _read(self) -> dict[str, str]:
        try:
            lines = self.path.read_text(encoding="ascii").splitlines()
        except FileNotFoundError:
            return {}
        return dict(line.split(":")[3:5] for line in lines)  # token_urlsafe has neither ":" nor "\\"

    def _write(self, passwords: dict[str, str]) -> None:
        draft = self.path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.writelines(f"*:*:*:{login}:{password}\n" for login, password in passwords.items())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)
