"""What speaks against a backup or a restore."""

from __future__ import annotations

from yakuba.kernel.findings import Finding, error


class BackupRefused(Exception):
    """Nothing was made or changed; `findings` say why and what to do."""

    def __init__(self, *findings: Finding) -> None:
        self.findings = findings
        super().__init__("\n".join(map(str, findings)))


def refusal(rule: str, message: str, remedy: str, *, where: str = "") -> BackupRefused:
    """A refusal with one finding."""
    return BackupRefused(error(rule, message, remedy, where=where))
