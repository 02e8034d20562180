"""表示の語: Japanese words for what the registers keep as ASCII."""

from __future__ import annotations

PURPOSES = {
    "counter": "窓口照会",
    "event": "異動処理",
    "certificate": "証明書交付",
    "protection": "支援措置・抑止",
    "statistics": "統計",
    "migration": "移行・取込み",
    "audit": "監査・職員管理",
    "system": "システム",
}
"""利用目的 of `registers.access.door.Purpose`."""

ACTIONS = {
    "access.list": "アクセス記録の照会",
    "staff.list": "職員一覧の照会",
    "staff.read": "職員の照会",
    "staff.create": "職員の登録",
    "staff.rights": "権限の変更",
    "staff.period": "利用期間の変更",
    "staff.password": "パスワードの再設定",
    "staff.second-factor": "第二要素の登録",
    "staff.signed-in": "サインイン",
    "staff.signed-out": "退席",
    "staff.refused": "サインイン失敗",
}
"""操作 of access records; an action that is not here is shown as it is recorded."""

CATEGORIES = (("1", "配偶者暴力"), ("2", "ストーカー行為等"), ("3", "児童虐待"), ("4", "その他前各号に準ずるもの"))
POSITIONS = (("1", "住所地"), ("2", "前住所地"), ("3", "本籍地"))
SCOPES = (
    "閲覧（現住所）",
    "住民票の写し（現住所）",
    "住民票の写し（前住所）",
    "戸籍の附票（本籍）",
    "戸籍の附票（前本籍）",
)
PROCESSES = (
    ("event", "異動入力"), ("certificate", "証明書発行"), ("inquiry", "照会"), ("listing", "一覧・帳票"), ("export", "データ出力"),
)  # fmt: skip
LEVELS = (("error", "エラー（止める）"), ("alert", "アラート（知らせる）"))
RELEASED_OUTPUTS = (
    ("certificate:household", "住民票の写し（世帯連記式）"), ("certificate:individual", "住民票の写し（個人票）"),
    ("certificate:struck", "除票の写し"), ("certificate:items", "記載事項証明書"), ("certificate:move_out", "転出証明書"),
)  # fmt: skip
"""交付の許可を申請できる出力: the output's name for the guard, and what the clerk calls it."""
STEPS = {
    "received": "申出の受付", "notice-received": "転送通知の受付", "accepted": "支援措置の決定", "rejected": "支援措置をしない決定",
    "extended": "延長", "period-corrected": "期間の修正", "end-proposed": "終了の起案", "ended": "終了の確認", "person-added": "対象者の追加",
    "moved-out": "転出による仮支援", "forwarded": "転送", "forwarding-answered": "転送への回答",
}  # fmt: skip
"""支援措置の経過; a step that is not here is shown as it is recorded."""
