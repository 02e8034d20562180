"""業務権限の確認: a command that needs a task right asks here, whatever desk called it."""

from __future__ import annotations

from yakuba.kernel.findings import Refusal, RefusedError
from yakuba.registers.access.door import Access

from .queries import RIGHTS

ARTICLE = "住民記録システム標準仕様書 10.3"


def require(access: Access, *rights: str) -> None:
    """権限の確認: passes when the account holds one of the rights.

    Raises RefusedError with a Refusal that names the rights in Japanese (national specification 10.3).
    """
    if any(access.may(right) for right in rights):
        return
    names = dict(RIGHTS)
    wanted = "」か「".join(names[right] for right in rights)
    raise RefusedError(
        refusal=Refusal(f"「{wanted}」の権限がありません。", ARTICLE, "権限を持つ職員に依頼してください。")
    )
