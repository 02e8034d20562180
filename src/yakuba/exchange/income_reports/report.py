"""所見の書出し: findings as CSV for those who put the file right, and counted for those who only want to know."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from yakuba.exchange.income_reports.layout import Layout
from yakuba.kernel.findings import Finding, Severity

_HEADER = ("行", "項目", "値", "理由", "直し方", "区分", "規則")
_LEVELS = {Severity.ERROR: "エラー", Severity.ALERT: "アラート"}


def write_findings(findings: Iterable[Finding], form: Layout, path: Path) -> None:
    """所見一覧: UTF-8 with BOM, CRLF, so that a spreadsheet opens it; a value never runs as a formula there."""
    names = {column.id: column.name for column in form.columns}
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(_HEADER)
        for finding in findings:
            value = f"'{finding.value}" if finding.value[:1] in "=+-@\t\r" and finding.value else finding.value
            row = (finding.where.removesuffix("行目"), names.get(finding.item, finding.item), value)
            writer.writerow((*row, finding.message, finding.remedy, _LEVELS[finding.severity], finding.rule))


def counts(findings: Iterable[Finding]) -> list[tuple[str, str, int]]:
    """種類別の件数: level, rule, count; the commonest first."""
    tally = Counter((_LEVELS[finding.severity], finding.rule) for finding in findings)
    return [(level, rule, count) for (level, rule), count in tally.most_common()]
