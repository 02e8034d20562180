"""職員: one account a person, with a second factor, and rights by task (national specification 10.3, never by rank)."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class StaffAccount(AbstractUser):
    """職員アカウント. `username` is the 職員番号; the second factor is a TOTP device of django-otp.

    `starts_on` and `ends_on` are the first and the last day on which the account may sign in, so that a transfer can be
    entered beforehand. `rights_by`, `password_by`, `second_factor_by` name the account that last set these: it could act
    as this one, so the two together are one person (`queries.controls`). What the holder sets changes nothing in them.
    """

    display_name = models.TextField()
    department = models.TextField(default="")
    place = models.TextField(default="")
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    rights_by = models.TextField(default="")
    password_by = models.TextField(default="")
    second_factor_by = models.TextField(default="")

    class Meta:
        permissions = [
            ("view_residents", "住民の照会"),
            ("enter_events", "異動の入力（仮登録）"),
            ("register_events", "異動の本登録"),
            ("cancel_events", "異動の取消し・誤記修正"),
            ("issue_certificates", "証明書の交付"),
            ("issue_tax_certificates", "税の証明書の交付"),
            ("manage_protections", "支援措置の受付・登録"),
            ("release_protections", "支援措置の審査・解除（支援措置責任者）"),
            ("set_restrictions", "抑止の設定"),
            ("release_restrictions", "抑止の解除"),
            ("suspend_restrictions", "抑止の一時解除"),
            ("view_individual_numbers", "個人番号の照会"),
            ("view_honseki", "本籍・筆頭者の照会"),
            ("view_access_records", "アクセス記録の照会"),
            ("view_statistics", "統計"),
            ("assess_tax", "賦課（決定・調定）"),
            ("approve_decisions", "一括決定の承認"),
            ("collect_tax", "収納（収納・充当・還付・督促・欠損）"),
            ("manage_benefits", "給付事業の登録・名簿・送付"),
            ("review_benefits", "給付の受付・審査"),
            ("approve_benefits", "給付事業の開始・支給決定"),
            ("manage_accounts", "口座の登録"),
            ("propose_payments", "支払の起案・結果の取込み"),
            ("decide_payments", "支払の決裁"),
            ("approve_payments", "出納承認・送付"),
            ("run_batches", "一括処理"),
            ("manage_staff", "職員・権限の管理"),
        ]
