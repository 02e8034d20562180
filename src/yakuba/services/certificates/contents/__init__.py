"""記載内容: from the register's items to what a document says. Pure: no database, no clock.

`values` one person's items as texts; `persons` what of them is printed and what is omitted; `history` 異動履歴 and
aliases; `documents` and `notices` whole documents.
"""
