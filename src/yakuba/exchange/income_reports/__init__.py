"""所得資料のファイル: 給与支払報告書, 公的年金等支払報告書, 確定申告 and 住民税申告 as CSV, checked cell by cell."""
