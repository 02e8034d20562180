"""税の通知書: 納税通知書, 税額変更通知書, 特別徴収税額の決定通知書 (特別徴収義務者用・納税義務者用).

`content` what a notice says, `terms.terms` what is the same on all of a town's; `printing.render` a file of many notices,
`printing.render_parts` a town's in parts. On the way: `figures` the 課税明細, `taxpayer`, `employer` and `employee` the
sheets. Pure: no database, no clock; templates/<version> holds words and drawing. Absent: 納付書 (it comes with payments).
"""
