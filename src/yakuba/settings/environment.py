"""実行環境 — the Python environment in which everything else runs, made from the hash-pinned requirements.

`./yakuba` runs this file with a bare interpreter before any library is there, so it imports the standard library only:

    python environment.py ROOT ENVIRONMENT GROUP...

The stamp inside the environment names the groups installed and the hash of their requirement files; when it still fits,
nothing happens (about 20 ms). Otherwise one process at a time, under a lock beside the environment, installs what is
missing. The stamp is written last and removed first: a set-up that was killed leaves none, and is begun again from an
empty environment, because a half-written package looks installed to every installer.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

STAMP_NAME = ".yakuba-groups"
EXIT_UNAVAILABLE = 69
"""sysexits.h EX_UNAVAILABLE: something the set-up needs is not on this machine."""


def main(arguments: list[str]) -> int:
    """実行環境の準備: makes `ENVIRONMENT` hold at least the named groups; 0 when it does, 69 when it cannot be made."""
    root, environment, *groups = arguments
    return prepare(Path(root), Path(environment).absolute(), set(groups))


def prepare(root: Path, environment: Path, groups: set[str]) -> int:
    """Brings the environment up to date unless its stamp already fits. Groups that were installed before stay."""
    requirements = root / "requirements"
    if fits(requirements, environment, groups):
        return 0
    environment.parent.mkdir(parents=True, exist_ok=True)
    with open(f"{environment}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if fits(requirements, environment, groups):
            return 0
        print("実行環境を整えています（初回のみ、数十秒）…", file=sys.stderr)
        wanted = sorted(groups | installed_groups(environment))
        if not begin(environment):
            return EXIT_UNAVAILABLE
        if not install(requirements, environment, wanted):
            print(
                "部品を入れられませんでした。上の記録と、パッケージの取得先への接続を確かめてください。",
                file=sys.stderr,
            )
            return EXIT_UNAVAILABLE
        link_source(root, environment)
        stamp = environment / STAMP_NAME
        stamp.with_suffix(".new").write_text(stamp_text(requirements, wanted), encoding="utf-8")
        stamp.with_suffix(".new").replace(stamp)
    return 0


def fits(requirements: Path, environment: Path, groups: set[str]) -> bool:
    """Whether a finished environment holds these groups exactly as they are pinned now."""
    installed = installed_groups(environment)
    if not groups <= installed or not os.access(environment / "bin" / "python", os.X_OK):
        return False
    return (environment / STAMP_NAME).read_text(encoding="utf-8") == stamp_text(requirements, sorted(installed))


def installed_groups(environment: Path) -> set[str]:
    """The groups named on the first line of the stamp; none without a stamp."""
    try:
        return set((environment / STAMP_NAME).read_text(encoding="utf-8").partition("\n")[0].split())
    except FileNotFoundError:
        return set()


def stamp_text(requirements: Path, groups: list[str]) -> str:
    """First line the groups, second the SHA-256 of their requirement files with the installer's."""
    digest = hashlib.sha256()
    for group in ["installer", *groups]:
        path = requirements / f"{group}.txt"
        digest.update(path.read_bytes() if path.exists() else b"")
    return f"{' '.join(groups)}\n{digest.hexdigest()}\n"


def begin(environment: Path) -> bool:
    """Takes the stamp away, or makes the environment anew where no finished one stands."""
    python = environment / "bin" / "python"
    stamp = environment / STAMP_NAME
    if stamp.exists() and os.access(python, os.X_OK):
        stamp.unlink()
        return True
    if environment.exists() and not (environment / "pyvenv.cfg").exists() and any(environment.iterdir()):
        print(
            f"{environment} は実行環境ではないため、消さずに止まります。YAKUBA_ENV を確かめてください。",
            file=sys.stderr,
        )
        return False
    return make(environment)


def make(environment: Path) -> bool:
    """`python -m venv`; on a Debian without python3-venv, as root, that package is installed first."""
    # A set-up started by an interpreter of the environment itself must not remove the ground under its feet.
    python = os.path.realpath(sys.executable) if sys.prefix != sys.base_prefix else sys.executable
    if subprocess.run([python, "-c", "import ensurepip, venv"], stderr=subprocess.DEVNULL).returncode != 0:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        if os.geteuid() != 0 or shutil.which("apt-get") is None:
            print(
                f"Python の venv がありません。管理者で `apt-get install {package}` を実行してください。",
                file=sys.stderr,
            )
            return False
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=quiet, stdout=sys.stderr)
        if subprocess.run(["apt-get", "install", "-y", "-qq", package], env=quiet, stdout=sys.stderr).returncode != 0:
            return False
    shutil.rmtree(environment, ignore_errors=True)
    return subprocess.run([python, "-m", "venv", str(environment)], stdout=sys.stderr).returncode == 0


def install(requirements: Path, environment: Path, groups: list[str]) -> bool:
    """Installs exactly the groups' pins, by hash: with uv (seconds), or with pip where uv or its index fails."""
    python = str(environment / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps"]
    files = [str(requirements / f"{group}.txt") for group in groups]
    if run([*pip, "-r", str(requirements / "installer.txt")]):
        # The system's certificates: a town hall's proxy signs with one of its own.
        uv = [python, "-m", "uv", "pip", "sync", "--quiet", "--system-certs", "--require-hashes", "--python", python]
        if run([*uv, *files]):
            return True
        print("uv で入れられなかったため、pip で入れます。", file=sys.stderr)
    return run([*pip, *(part for file in files for part in ("-r", file))])


def run(command: list[str]) -> bool:
    """Runs a command with its output on standard error; True when it ended well."""
    return subprocess.run(command, stdout=sys.stderr).returncode == 0


def link_source(root: Path, environment: Path) -> None:
    """Lets editors, mypy and a bare `python -m yakuba` of this environment find src/."""
    for packages in environment.glob("lib/python3*/site-packages"):
        (packages / "yakuba.pth").write_text(f"{root / 'src'}\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
