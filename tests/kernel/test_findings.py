from __future__ import annotations

from datetime import date

from yakuba.kernel.findings import Refusal, RefusedError, Severity, alert, error, has_errors


def test_alerts_alone_do_not_stop() -> None:
    asks = alert("head-leaves", "世帯主が転出します。", "新しい世帯主を先に届け出てください。")
    stops = error(
        "date-not-in-calendar", "2023-02-29 は存在しない日付です。", "届書で確認してください。", where="3行目"
    )
    assert asks.severity is Severity.ALERT
    assert not has_errors([asks])
    assert has_errors([asks, stops])
    assert str(stops) == "3行目: 2023-02-29 は存在しない日付です。 届書で確認してください。"


def test_a_refused_command_carries_what_was_wrong() -> None:
    refusal = Refusal("届出期間の経過", "住民基本台帳法22条", "職権記載として入力します。", date(2026, 12, 1))
    refused = RefusedError([error("item-blank", "住所が空欄です。", "入力してください。")], refusal)
    assert refused.refusal is refusal
    assert "住所が空欄です。" in str(refused)
    assert "住民基本台帳法22条" in str(refused)
