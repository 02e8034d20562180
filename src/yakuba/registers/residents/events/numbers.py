"""個人番号・住民票コードの異動 (national specification 4.3, 4.4).

A 個人番号 is no item: the event says that it changed, the number goes to the vault at 本登録. A new 住民票コード is drawn
from the stock at 本登録 and stands as NEW_CODE until then.
"""

from __future__ import annotations

from yakuba.kernel.check_digits import individual_number_finding
from yakuba.kernel.findings import Finding, error
from yakuba.registers.residents.fold import Items

from .base import NEW_CODE, Change, Context, EventKind, FieldSpec, Form, Person, Plan, Subjects
from .checks import check_dates, check_residents, chosen, name_of, present
from .names import Edit, planner, subjects
from .people import AUTHORITY_NOTIFIED, NOTICE, OCCURRED, RESIDENTS


def _row_subjects(form: Form) -> Subjects:
    return Subjects([int(row["resident_id"]) for row in form.people() if row.get("resident_id")])


def _plan_individual_number(kind: EventKind, form: Form, context: Context) -> Plan:
    day = form.noted("occurred_on")
    findings = check_dates(kind, form, context)
    rows = [row for row in form.people() if row.get("resident_id") and row.get("individual_number")]
    if not rows and not any(finding.item.startswith("people") for finding in form.findings):
        message, remedy = "個人番号が入力されていません。", "新しい個人番号を入力してください。"
        findings.append(error("required", message, remedy, item="people"))
    if day is None:
        return Plan(findings)
    ids = [int(row["resident_id"]) for row in rows]
    findings += check_residents(chosen(context, ids), day.value, "people")
    for position, row in enumerate(form.people()):
        number = row.get("individual_number")
        finding = (
            individual_number_finding(str(number), item=f"people.{position}.individual_number") if number else None
        )
        findings += [finding] if finding else []
    findings += [
        error(
            "individual-number-taken",
            f"この個人番号は {match.name} の番号として登録されています。",
            "番号と対象者を確かめてください。",
            item=f"people.{match.row}.individual_number",
        )
        for match in context.matches
    ]
    changes = [Change(person.resident_id, {}) for person in present(context, ids)]
    return Plan(findings, [kind.draft(form, day, changes)] if changes else [])


def _change_code(_form: Form, person: Person, items: Items) -> tuple[Change, list[Finding]]:
    findings: list[Finding] = []
    if not items.get("resident_code"):
        message = f"{name_of(person)} には住民票コードがありません。"
        findings.append(error("code-missing", message, "住民票コードの職権記載で入力してください。", item="residents"))
    return Change(person.resident_id, {"resident_code": NEW_CODE}), findings


def _enter_code(_form: Form, person: Person, items: Items) -> tuple[Change, list[Finding]]:
    findings: list[Finding] = []
    if items.get("resident_code"):
        message = f"{name_of(person)} には既に住民票コードがあります。"
        findings.append(error("code-held", message, "住民票コードの変更請求で入力してください。", item="residents"))
    return Change(person.resident_id, {"resident_code": NEW_CODE}), findings


def _number_kind(slug: str, label: str, reason: str, notified_on: FieldSpec) -> EventKind:
    people = FieldSpec(
        "people", "people", required=True, group="個人番号",
        fields=(FieldSpec("resident_id", "resident", required=True), FieldSpec("individual_number", "text")),
    )  # fmt: skip
    return EventKind(
        slug, label, "number", reason, (OCCURRED, notified_on, people, NOTICE), _row_subjects, _plan_individual_number
    )


def _code_kind(slug: str, label: str, reason: str, edit: Edit, notified_on: FieldSpec) -> EventKind:
    return EventKind(slug, label, "number", reason, (OCCURRED, notified_on, RESIDENTS, NOTICE), subjects, planner(edit))


_REQUESTED = FieldSpec("notified_on", "date", required=True, help="請求のあった日")

KINDS = (
    _number_kind("individual_number_change", "個人番号の変更請求", "45", _REQUESTED),
    _number_kind("individual_number_correction", "個人番号の職権修正", "46", AUTHORITY_NOTIFIED),
    _number_kind("individual_number_entry", "個人番号の職権記載", "47", AUTHORITY_NOTIFIED),
    _code_kind("resident_code_change", "住民票コードの変更請求", "48", _change_code, _REQUESTED),
    _code_kind("resident_code_entry", "住民票コードの職権記載", "49", _enter_code, AUTHORITY_NOTIFIED),
)
