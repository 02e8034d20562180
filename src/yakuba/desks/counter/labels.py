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
    "blocked": "出力の阻止",
    "document.certifier": "認証者の登録",
    "document.dispose": "書損処理",
    "document.history": "交付履歴の照会",
    "document.issue": "証明書の交付",
    "document.preview": "証明書の下見",
    "document.reproduce": "証明書の再現",
    "event.check": "異動入力（検査）",
    "event.enter": "仮登録",
    "event.provisional": "仮登録の照会",
    "event.queue": "仮登録一覧の照会",
    "event.register": "本登録",
    "event.withdraw": "仮登録の取下げ",
    "individual-number.find": "個人番号による検索",
    "individual-number.load": "個人番号の取込み",
    "individual-number.read": "個人番号の照会",
    "individual-number.store": "個人番号の登録",
    "protection.accept": "支援措置の決定",
    "protection.add-person": "支援措置対象者の追加",
    "protection.alerts": "支援措置の期限の照会",
    "protection.answer": "転送通知への回答",
    "protection.approve-release": "交付の許可",
    "protection.bulk-end": "支援措置の一括終了",
    "protection.bulk-preview": "一括終了の照会",
    "protection.decline-release": "交付の不許可",
    "protection.end": "支援措置の終了",
    "protection.end-notice": "終了通知の作成",
    "protection.extend": "支援措置の延長",
    "protection.forward": "支援措置の転送",
    "protection.forward-answer": "転送の回答の記録",
    "protection.list": "支援措置一覧の照会",
    "protection.match": "転送通知の突合",
    "protection.move-out": "転出による仮支援",
    "protection.notice": "転送通知の受付",
    "protection.pending-releases": "許可待ちの照会",
    "protection.period": "支援措置期間の修正",
    "protection.propose-bulk-end": "一括終了の起案",
    "protection.propose-end": "終了の起案",
    "protection.receive": "支援措置の申出の受付",
    "protection.reconcile": "月次点検",
    "protection.reject": "支援措置をしない決定",
    "protection.request-release": "交付の許可の申請",
    "protection.use-release": "交付の許可の使用",
    "protection.view": "支援措置の照会",
    "residents.compare": "移行結果の照合",
    "residents.entries": "異動履歴の読出し",
    "residents.events": "異動の読出し",
    "residents.export": "住民データの出力",
    "residents.history": "異動履歴の照会",
    "residents.household": "世帯の照会",
    "residents.lanes": "時間軸の照会",
    "residents.load": "住民データの取込み",
    "residents.memo": "メモの追記",
    "residents.memos": "メモの照会",
    "residents.names": "氏名の照会",
    "residents.people": "住民の読出し",
    "residents.person": "住民の照会",
    "residents.search": "住民の検索",
    "residents.snapshot": "全住民の読出し",
    "resident-codes.receive": "住民票コードの受入れ",
    "restriction.release": "抑止の解除",
    "restriction.set": "抑止の設定",
    "restriction.suspend": "抑止の一時解除",
    "staff.create": "職員の登録",
    "staff.list": "職員一覧の照会",
    "staff.password": "パスワードの再設定",
    "staff.period": "利用期間の変更",
    "staff.read": "職員の照会",
    "staff.refused": "サインイン失敗",
    "staff.rights": "権限の変更",
    "staff.second-factor": "第二要素の登録",
    "staff.signed-in": "サインイン",
    "staff.signed-out": "退席",
    "statistics.flows": "人口動態の集計",
    "statistics.population": "人口の集計",
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
    "moved-out": "転出による仮支援", "move-out-cancelled": "転出の取消し", "forwarded": "転送", "forwarding-answered": "転送への回答",
}  # fmt: skip
"""支援措置の経過; a step that is not here is shown as it is recorded."""
