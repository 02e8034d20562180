"""業務権限の確認: a command that needs a task right asks here, whatever desk called it."""

from __future__ import annotations

from yakuba.kernel.findings import Refusal, RefusedError
from yakuba.registers.access.door import Access

from .queries import RIGHTS, controls

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


def require_second_person(access: Access, proposer: str) -> None:
    """二人目の確認: passes when neither the account that confirms nor the one that proposed could act as the other.

    Raises RefusedError with a Refusal where one has set the other's rights, password or second factor, straight or
    through a third account (national specification 3.4, 10.3): two accounts of one person are one person.
    """
    for setter, account in ((proposer, access.actor), (access.actor, proposer)):
        if controls(setter, account):
            ground = (
                f"職員 {account} の権限・パスワード・第二要素は {setter} が設定したもので、二人での確認になりません。"
            )
            raise RefusedError(
                refusal=Refusal(ground, ARTICLE, "どちらの設定にも関わっていない職員に依頼してください。")
            )
