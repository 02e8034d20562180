"""Keys of the town: made once, kept in the data folder outside the database, readable by its owner alone."""

from __future__ import annotations

import os
import secrets

from .paths import data_folder, make_data_folder


def secret(name: str) -> str:
    """The key of that name as hexadecimal text of 64 digits; made on first use."""
    folder = data_folder() / "keys"
    path = folder / f"{name}.key"
    if not path.exists():
        make_data_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        draft = folder / f".{name}.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()
