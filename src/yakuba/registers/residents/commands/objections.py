"""異動への異議: what speaks against an event whatever its kind, and what its findings may not tell."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from yakuba.kernel.findings import Finding, error
from yakuba.kernel.wareki import to_wareki
from yakuba.registers.access.door import TOKYO, Access
from yakuba.registers.protections.guard import check_output

from ..events.addresses import WRITTEN
from ..events.base import Context, Form, Plan
from ..models import ProvisionalEntry
from ..screen import LOCATION_ITEMS, screened

COMPARE_OUTPUT = "event:compare"
COMPARING = frozenset({"nothing-changes", "same-address", "address-differs"})
"""Findings that compare an address typed with one known."""


def touched(plan: Plan) -> set[int]:
    """The people already known whom the plan would change."""
    return {c.resident_id for draft in plan.events for c in draft.changes if c.resident_id > 0}


def untelling(access: Access, form: Form, context: Context, findings: Sequence[Finding]) -> Sequence[Finding]:
    """支援措置: a finding that compares what was typed with a hidden address would tell whether the guess is right.

    It is left out, whatever it says. Into a household whose address is hidden nobody types an address: theirs is taken.
    """
    words = LOCATION_ITEMS.intersection(name for name, value in form.values.items() if value)
    joins = bool(words.intersection(WRITTEN) and form.ids("household_id"))
    if not joins and not (words and any(finding.rule in COMPARING for finding in findings)):
        return findings
    homes = {each: person.latest.get("household_id") for each, person in context.persons.items()}
    shut = screened(access, homes, COMPARE_OUTPUT)
    if not shut:
        return findings
    kept = [finding for finding in findings if finding.rule not in COMPARING]
    if joins and any(homes[each] in form.ids("household_id") for each in shut):
        message = "支援措置により、入る世帯の住所とは照合できません。"
        kept.append(error("address-not-compared", message, "住所を空欄にしてください。", item="town"))
    return kept


def standing(
    access: Access, plan: Plan, context: Context, held: Mapping[int, UUID], entered: Collection[int]
) -> list[Finding]:
    """仮登録中 (4.0.8) and 抑止 (3.1): what stops or warns for the people concerned, whatever the event.

    `held` are those whom another 仮登録 holds, with that entry; `entered` are households that the form names, with nobody of theirs perhaps.
    """
    subjects = sorted(touched(plan))
    findings = _held(context, {each: held[each] for each in subjects if each in held})
    left = (context.persons[each].latest.get("household_id") for each in subjects)
    joined = (change.items.get("household_id") for draft in plan.events for change in draft.changes)
    households = {home for home in (*entered, *left, *joined) if home is not None and home > 0}
    if not subjects and not households:
        return []
    return findings + check_output(access, subjects, "event:register", household_ids=sorted(households))


def _held(context: Context, held: Mapping[int, UUID]) -> list[Finding]:
    """仮登録中: who holds each of the people, and since when."""
    entries = ProvisionalEntry.objects.in_bulk(set(held.values())) if held else {}
    findings = []
    for each, entry_id in held.items():
        entry = entries[entry_id]
        local = entry.entered_at.astimezone(TOKYO)
        entered = f"{entry.entered_by} が{to_wareki(local.date())} {local:%H時%M分}に入力"
        findings.append(
            error(
                "held-provisionally",
                f"{context.persons[each].latest.get('name', '')} は仮登録中です（{entered}）。",
                "仮登録の一覧で本登録または取下げをしてから入力してください。",
                item="residents",
                value=str(entry_id),
            )
        )
    return findings
