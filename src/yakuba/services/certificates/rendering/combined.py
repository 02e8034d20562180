"""個人票と統合記載欄: one person's sheet, its history running over as many sheets as it needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from yakuba.typesetting.setter import Table, line_height_mm

from .content import CombinedField, HistoryEntry, IndividualDocument
from .typesetter import Typesetter, by_key, kept_rows

# 異動年月日, 異動事由, 届出年月日, 異動項目: the columns of the history.
HISTORY_COLUMNS = (6, 5, 6, 19)
BAR_MM = 5.0
ROW_PADDING_MM = 1.4
# The closing row of a sheet has room for 以下余白.
CLOSING_MM = 7.0
# An entry is cut at the foot of a sheet only if so many of its lines stay there.
SHORTEST_CUT = 2


@dataclass(frozen=True, slots=True)
class _Strip:
    """A row of the 統合記載欄 that may be cut between lines: the lines of each column."""

    columns: tuple[int, ...]
    lines: tuple[tuple[str, ...], ...]
    headed: bool = False

    @property
    def line_count(self) -> int:
        return max(1, *(len(lines) for lines in self.lines))

    def cut(self, count: int, continued: str) -> tuple[_Strip, _Strip]:
        """The first `count` lines, and the rest marked as continued."""
        first = tuple(lines[:count] for lines in self.lines)
        rest = tuple(lines[count:] for lines in self.lines)
        if self.headed:
            return _Strip(self.columns, first, True), _Strip(self.columns, (self.lines[0], *rest[1:]), True)
        return _Strip(self.columns, first), _Strip(self.columns, ((continued, *rest[0]), *rest[1:]))


def individual_bodies(content: IndividualDocument, setter: Typesetter) -> list[list[Table]]:
    """個人票の各葉: the person's block, then the 統合記載欄 down to the foot of the last sheet."""
    rows = setter.forms.rows["individual", str(content.person.kind)]
    items = by_key(content.person.items, rows)
    person = setter.table()
    setter.add_rows(person, kept_rows(rows, items), items, where="本人")
    flow = _Flow(setter, person, content)
    flow.pour(content.combined)
    return flow.bodies


class _Flow:
    """Fills sheet after sheet with the rows of the 統合記載欄."""

    def __init__(self, setter: Typesetter, person: Table, content: IndividualDocument) -> None:
        self.setter = setter
        self.forms = setter.forms
        self.size = setter.forms.text["history"]
        self.content = content
        self.bodies: list[list[Table]] = []
        self.with_history_heading = False
        self._open(person)

    def _open(self, top: Table) -> None:
        self.table = self.setter.table()
        self.bodies.append([top, self.table])
        self.room = self.forms.body_height_mm - top.height_mm - self.forms.gap_mm
        self._bar(self.forms.words["combined"])
        if self.with_history_heading:
            self._history_heading()

    def _next_sheet(self) -> None:
        rows = self.forms.rows["individual", "continuation"]
        top = self.setter.table()
        items = {item.key: item for item in self.content.person.items}
        with self.setter.repeated():
            self.setter.add_rows(top, rows, items, where="本人")
        self._close()
        self._open(top)

    def _close(self, *words: str) -> None:
        row = self.table.add_row(self.room)
        self.table.put(row, 0, self.forms.columns, words, self.size, kind="end")

    def _row(self, height_mm: float) -> int:
        self.room -= height_mm
        return self.table.add_row(height_mm)

    def _bar(self, word: str) -> None:
        row = self._row(BAR_MM)
        self.table.put(row, 0, self.forms.columns, [word], self.forms.text["heading"] + 0.5, kind="heading")

    def _history_heading(self) -> None:
        row, left = self._row(BAR_MM), 0
        for columns, word in zip(HISTORY_COLUMNS, self.forms.words["history"], strict=True):
            self.table.put(row, left, columns, [word], self.forms.text["heading"], kind="heading")
            left += columns

    def pour(self, combined: CombinedField) -> None:
        """Removal, history (A, B), remarks (C), then 以下余白."""
        if combined.removal:
            self._pour_removal(combined)
        if combined.history:
            self.with_history_heading = True
            self._history_heading()
            for number, entry in enumerate(combined.history, 1):
                self._pour_strip(self._entry_strip(entry, f"異動履歴{number}"))
            self.with_history_heading = False
        if combined.remarks:
            self._pour_strip(self._remarks_strip(combined.remarks))
        self._close(self.forms.words["end"])

    def _pour_removal(self, combined: CombinedField) -> None:
        rows = self.forms.rows["individual", "removal"]
        items = by_key(combined.removal, rows)
        self._bar(self.forms.words["removal"])
        self.setter.add_rows(self.table, rows, items, where="除票")
        self.room -= sum(row.height_mm for row in rows)

    def _pour_strip(self, strip: _Strip) -> None:
        line = line_height_mm(self.size)
        while True:
            fitting = int((self.room - CLOSING_MM - ROW_PADDING_MM) / line)
            if strip.line_count <= fitting:
                self._put(strip)
                return
            if fitting >= SHORTEST_CUT:
                first, strip = strip.cut(fitting, self.forms.words["entry_continued"])
                self._put(first)
            self._next_sheet()

    def _put(self, strip: _Strip) -> None:
        row, left = self._row(strip.line_count * line_height_mm(self.size) + ROW_PADDING_MM), 0
        for number, (columns, lines) in enumerate(zip(strip.columns, strip.lines, strict=True)):
            if strip.headed and number == 0:
                self.table.put(row, left, columns, lines, self.forms.text["heading"], kind="heading")
            else:
                self.table.put(row, left, columns, lines, self.size, kind="top")
            left += columns

    def _entry_strip(self, entry: HistoryEntry, where: str) -> _Strip:
        def flowed(text: str, item: str, columns: int) -> tuple[str, ...]:
            return self.setter.flowed(text, item, columns=columns, size_pt=self.size, where=where)

        when, why, filed, what = HISTORY_COLUMNS
        return _Strip(
            HISTORY_COLUMNS,
            (
                flowed(entry.occurred_on, "occurred_on", when),
                flowed(entry.reason, "reason", why),
                flowed(entry.notified_on, "notified_on", filed),
                tuple(line for text in self._entry_texts(entry) for line in flowed(text, "history", what)),
            ),
        )

    def _entry_texts(self, entry: HistoryEntry) -> Iterator[str]:
        words = self.forms.words
        for change in entry.changes:
            after = f"{words['arrow']}{change.after}" if change.after else ""
            yield f"{change.label}：{change.before}{after}"
        for note in entry.notes:
            yield f"{words['note']}{note}"

    def _remarks_strip(self, remarks: tuple[str, ...]) -> _Strip:
        heading, rest = 4, self.forms.columns - 4
        lines = tuple(
            line
            for text in remarks
            for line in self.setter.flowed(text, "remarks", columns=rest, size_pt=self.size, where="統合記載欄")
        )
        return _Strip((heading, rest), ((self.forms.words["remarks"],), lines), headed=True)
