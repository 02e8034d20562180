"""個人住民税・森林環境税の別計算（令和6–9年度）: a second, slow, plain way to the same yen.

Python integers and Fraction only, one person after the other, written from the articles and from the fact sheet, not from
the rules it is to check. The law's numbers stand here as literals on purpose: a slip in `statutes/` must not be shared.

Readings taken where the law was not seen or leaves room (each is one line of code, easy to change):

- Membership of the family is judged on 合計所得金額 without the 所得金額調整控除 for children and the specially disabled: a
  relative who has that one earns more than 8,500,000 yen and is over every limit anyway, so nothing turns in a circle.
- 所得金額調整控除（子ども等）: 1円未満切上げ. 年金雑所得, 一時所得の半額: 1円未満切捨て. 生命・地震保険料控除: 1円未満切上げ, each
  contract's amount by itself.
- 医療費控除 (5 % of 総所得金額等), 雑損控除 (10 %) and 寄附金 (30 %): the share of the income is cut to the yen first.
- 特定親族 are no 扶養親族: they count in no limit and no 定額減税, nor do they give the 所得金額調整控除 of the family.
- dependants_elderly leaves 同居老親等 out: under 16, general, specific, elderly and elderly living together add up to
  dependant_count.
- 寡婦 is only who is no ひとり親. Both need 合計所得金額 of at most 5,000,000 yen, 寡婦控除 and ひとり親控除 alike.
- personal_deduction_difference holds the 50,000 yen of 基礎控除 for everybody; above 25,000,000 yen there is no 調整控除.
  配偶者特別控除 has a difference in 令和6・7年度 only, 特定親族特別控除 none.
- Credits are what they would be if there were a levy: they look at neither exemption nor what is left of the levy. Only
  their sum is held against the levy, so their order cannot matter.
- 寄附金: every part 1円未満切上げ, also the limit of the special part, a fifth of the levy at standard rates less 調整控除.
  The adjusted taxable income below zero: 90 %, and nothing is added for ワンストップ (its income tax rate is 0). The last row
  of 附則7条の2 (33.693/56.307) stands for everything above 9,000,000 yen.
- 配当控除: what lies above 10,000,000 yen is filled with foreign funds first, then funds, then stocks (附則5条); each levy's
  credit cut once. Designated cities: 4/5 and 1/5 of the same total.
- 住宅借入金等: the limit's base is 所得税の課税総所得金額等; in 令和8・9年度 what 所得税の基礎控除 has over 480,000 yen is added back,
  whenever the house was moved into (the law names 平成28年 to 令和7年; the inputs do not tell). Limit and shares: each cut.
- 分離課税: 特別控除 is taken from its own kind of income, so are the carried losses of shares and of futures; 純損失 from 総所得金額,
  山林, 退職, then the loss on a residence from 長期, 短期 (each 一般 first), 総所得金額, 山林, 退職. Deductions and 雑損失 go from 総所得金額 to 短期, 長期 (一般), listed dividends, unlisted and listed stocks, futures, 長期
  (特定, 軽課), 山林, 退職. The 10,000,000 yen of 配当控除 count them all but the last two, 調整控除 none but the last two.
- 調整措置: each share cut. 配当割・株式等譲渡所得割: of both together, 3/5 and 2/5 (4/5 and 1/5), each cut.
- 定額減税: spouse only where the taxpayer has 合計所得金額 of at most 10,000,000 yen; never fewer than one person.
- 普通徴収 in 令和6年度: the tax as if there were no 定額減税 is split, then the relief is taken from the first period on; without
  an income levy afterwards, everything in the first period. 給与特別徴収 with 定額減税: nothing in June, eleven parts; the later
  instalment is that of August to May, July takes the rest, also if only 均等割 is left. In other years July is like them.
- 給与特別徴収 all in June if the year's tax is at most 均等割 and 森林環境税 together.
"""

from __future__ import annotations

from .assessment import assess
from .inputs import INPUT_DEFAULTS
from .town import Town

__all__ = ["INPUT_DEFAULTS", "Town", "assess"]
