"""所得資料 — 給与支払報告書, 公的年金等支払報告書, 確定申告 and 住民税申告 as they came in, and whom each is about."""
