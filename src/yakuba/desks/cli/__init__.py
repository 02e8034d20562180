"""コマンド — the command line: one module per command, each with a click command of its own name's `command`.

Exit codes: 0 done; 1 done, with findings or a failure to show for it; 2 the command line makes no sense;
69 something it needs (a server, a program) is not there; 130 broken off with Ctrl-C.
"""

from __future__ import annotations

from yakuba.desks.cli.japanese import Commands

# Name: (module beside this file, what it does). A module is imported when its command is called, and not before.
commands = Commands(
    {
        "demo": ("demo", "架空の町をつくり、一年を過ごし、窓口の画面を開く"),
        "serve": ("serve", "窓口の画面を開く"),
        "worker": ("worker", "長くかかる処理を順に行う"),
        "jobs": ("jobs", "長くかかる処理の一覧と進み具合を表示する、取り消す"),
        "town": ("town", "架空の町をつくる、証明書の認証者を登録する"),
        "staff": ("staff", "職員のアカウントをつくる"),
        "resident-codes": ("resident_codes", "住民票コードの在庫を受領する"),
        "residents": ("residents", "住民のファイルを取り込む・書き出す"),
        "reports": ("reports", "住民税の所得資料を取り込み、名寄せと食い違いの作業を表示する"),
        "tax": ("tax", "個人住民税の課税状況を集計する"),
        "law": ("law", "法令の規則で計算する・説明する・比べる"),
        "migrate": ("migrate", "データベースの表を最新の形にする"),
        "register": ("register", "住民票の記録の検証・積み直し"),
        "audit": ("audit", "アクセス記録の検証・封印、支援措置が止めた件数"),
        "backup": ("backup", "町のすべてを暗号化した 1 つのファイルに控える"),
        "restore": ("restore", "控えから町を復元する"),
        "db": ("db", "データベースサーバーの起動・停止・状態"),
        "test": ("test", "必要なものを整えて試験をすべて行う"),
        "bench": ("bench", "性能を測る"),
        "lint": ("lint", "書き方・型・依存の向きを検査する"),
    },
    help="役場 — 市町村の基幹システム",
)
