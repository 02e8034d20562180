"""証明書: what the town hands over about its residents.

`requests.Request` what is asked for; `commands` preview, issue, reissue, dispose, reproduce; `batch.issue_many`; `queries`
the kinds with their options and the 交付履歴; `offers.documents_after` what an event should hand over. On the way:
`gathering` reads and asks the guard, `judging` the rules, `contents` the words, `printing` number and certifier,
`rendering` the paper. Absent: 改製原, 特別養子縁組's own history, branch-office seals, the place of issue on the paper.
"""
