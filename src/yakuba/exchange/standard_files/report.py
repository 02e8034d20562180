"""所見の書出し: findings as CSV for those who put the file right, and counted for those who only want to know."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from yakuba.exchange.standard_files.layout import by_id
from yakuba.kernel.findings import Finding, Severity

_HEADER = ("行", "項目", "値", "理由", "直し方", "区分", "規則")
_LEVELS = {Severity.ERROR: "エラー", Severity.ALERT: "アラート"}


def write_findings(findings: Iterable[Finding], path: Path) -> None:
    """所見一覧: UTF-8 with BOM, CRLF, so that a spreadsheet opens it; a value never runs as a formula there."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(_HEADER)
        for finding in findings:
            value = f"'{finding.value}" if finding.value[:1] in "=+-@\t\r" and finding.value else finding.value
            row = (finding.where.removesuffix("行目"), item_name(finding.item), value, finding.message, finding.remedy)
            writer.writerow((*row, _LEVELS[finding.severity], finding.rule))


def item_name(item: str) -> str:
    """項目名 of a finding's item; blank for a finding on a whole row."""
    return by_id()[item].name if item in by_id() else item


def counts(findings: Iterable[Finding]) -> list[tuple[str, str, int]]:
    """種類別の件数: level, rule, count; the commonest first."""
    tally = Counter((_LEVELS[finding.severity], finding.rule) for finding in findings)
    return [(level, rule, count) for (level, rule), count in tally.most_common()]
