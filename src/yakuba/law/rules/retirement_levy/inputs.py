"""退職手当等の入力: one payment to one person."""

from __future__ import annotations

from yakuba.law.engine.exact import LARGEST
from yakuba.law.engine.rule import Input

_LONGEST = 80

INPUTS = (
    Input("retirement_pay", "退職手当等の収入金額", "yen", 0, 0, LARGEST),
    Input("service_years", "勤続年数", "year", 1, 1, _LONGEST, "1年未満の端数は切り上げる"),
    Input("retired_by_disability", "障害者になったことによる退職", "flag", 0, 0, 1),
    Input(
        "retirement_pay_kind", "退職手当等の区分", "code", 0, 0, 2,
        "0 一般、1 特定役員（役員等としての勤続5年以下）、2 短期（役員等以外の勤続5年以下）。区分の重なる支払は計算できない",
    ),
)  # fmt: skip
