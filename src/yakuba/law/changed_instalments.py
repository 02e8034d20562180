"""更正後の期別: how a changed tax is spread over the instalments of one way of collection. Pure.

No source that was seen says how the difference is spread (地方税法321条の2 has it collected at once, 321条の6 in the months that
are left): that it goes to the instalments which are not due yet, the last of the due ones giving way first where the tax
has become less than what was due, is this house's assumption.
"""

from __future__ import annotations

from collections.abc import Sequence


def changed_instalments(total: int, due: Sequence[int], left: int, unit: int) -> tuple[list[int], list[int], int]:
    """更正後の期別税額: what the instalments that are `due` already come to, and the `left` ones; and what no instalment bears.

    Yen. What is left of `total` is split as at first: all but the first in whole units (地方税法20条の4の2第6項). Raises
    ValueError for amounts below 0 and a unit below 1.
    """
    if total < 0 or left < 0 or unit < 1 or any(each < 0 for each in due):
        raise ValueError("amounts and counts are 0 or more, a unit is 1 or more")
    kept, rest = list(due), total - sum(due)
    for at in range(len(kept) - 1, -1, -1):
        if rest >= 0:
            break
        taken = min(kept[at], -rest)
        kept[at] -= taken
        rest += taken
    if not left:
        return kept, [], rest
    later = rest // left // unit * unit
    return kept, [rest - later * (left - 1), *[later] * (left - 1)], 0
