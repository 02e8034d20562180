"""キー操作の一覧."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from yakuba.desks.counter.guard import staff_required
from yakuba.desks.counter.pages import page
from yakuba.registers.access.door import Access

KEYS = (
    ("どこでも", (
        ("/", "検索欄へ移る"), ("1 … 9", "メニューを開く"), ("?", "この一覧を開く"), ("Esc", "入力欄から出る（一文字のキーが使えるようになる）"),
        ("Tab / Shift+Tab", "次・前の項目へ"),
    )),
    ("どのページでも同じ働きのキー", (
        ("a", "追加する（届書に人を、職員一覧に職員を）"), ("b", "本登録する"), ("c", "証明書を交付する"), ("o", "証明書のPDFを開く・控えを再現する"),
        ("u", "住民のページへ戻る"), ("m", "一覧の続きを読み込む"),
    )),
    ("一覧", (
        ("↓ / ↑", "次・前の行へ（検索欄からは ↓ で結果へ）"), ("j / k", "次・前の行へ"), ("Enter", "その行を開く"),
    )),
    ("住民のページ", (
        ("e", "異動を入力する"), ("h", "世帯を開く"), ("t", "時間軸（この日の状態・この時点での把握）"), ("r", "異動履歴"),
        ("p", "支援措置・抑止"), ("n", "メモを書く"),
    )),
    ("入力", (
        ("Enter", "次の欄へ進む"), ("Space", "選択・チェックを切り替える"), ("← / →", "選択肢を選ぶ"), ("Ctrl+Enter", "そのページの主なボタンを押す（仮登録、本登録、交付など。入力中は、その入力欄のあるところのボタンだけ）"),
    )),
    ("賦課", (
        ("g r", "一括決定"), ("g t", "納税義務者"), ("g w", "作業一覧"), ("g i", "条例・もしも"), ("f", "課税資料の取込み"),
        ("x", "次の段階へ（起案する年度、計算、承認、調定日）"), ("s", "納税義務者を探す"), ("y", "年度"), ("z", "更正・随時の決定"),
        ("d", "納税通知書"), ("v", "税額変更通知書"), ("l", "計算の理由をすべて開く"), ("q", "計算の理由を印刷する"),
    )),
    ("仮登録の確認", (("w", "取下げのボタンへ移る（Enter で取り下げる）"), ("i", "入力し直す"))),
)  # fmt: skip
"""操作の場面 → (キー, 働き)."""


@require_GET
@staff_required()
def keys(request: HttpRequest, access: Access) -> HttpResponse:
    """キー操作: which keys do what, and the switch for single-letter keys."""
    return page(request, access, "counter/keys.html", {"groups": KEYS, "section": "keys"})
