import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ClaimedRelative",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "report_id", "position", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("report_id", models.BigIntegerField()),
                ("position", models.SmallIntegerField()),
                ("role", models.TextField()),
                ("name", models.TextField()),
                ("name_kana", models.TextField()),
                ("birth_date", models.DateField(null=True)),
                ("disability", models.SmallIntegerField()),
                ("living_together", models.BooleanField(null=True)),
                ("lineal_ascendant", models.BooleanField(null=True)),
                ("abroad", models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            name="IncomeReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.TextField()),
                ("fiscal_year", models.SmallIntegerField()),
                ("payer_number", models.TextField(db_collation="C")),
                ("report_number", models.TextField(db_collation="C")),
                ("version", models.SmallIntegerField()),
                ("cancelled", models.BooleanField()),
                ("digest", models.TextField(db_collation="C")),
                ("source", models.TextField(db_collation="C")),
                ("line", models.BigIntegerField()),
                ("payer_name", models.TextField()),
                ("corporate_number", models.TextField()),
                ("name", models.TextField()),
                ("name_kana", models.TextField()),
                ("birth_date", models.DateField(null=True)),
                ("address", models.TextField()),
                ("employment_revenue", models.BigIntegerField(db_default=0)),
                ("pension_revenue", models.BigIntegerField(db_default=0)),
                ("business_income", models.BigIntegerField(db_default=0)),
                ("real_estate_income", models.BigIntegerField(db_default=0)),
                ("interest_income", models.BigIntegerField(db_default=0)),
                ("dividend_income", models.BigIntegerField(db_default=0)),
                ("other_miscellaneous_income", models.BigIntegerField(db_default=0)),
                ("transfer_income", models.BigIntegerField(db_default=0)),
                ("occasional_income", models.BigIntegerField(db_default=0)),
                ("loss_carried_forward", models.BigIntegerField(db_default=0)),
                ("separate_income", models.BigIntegerField(db_default=0)),
                ("dividend_stock", models.BigIntegerField(db_default=0)),
                ("dividend_fund", models.BigIntegerField(db_default=0)),
                ("dividend_foreign_fund", models.BigIntegerField(db_default=0)),
                ("dividend_levy_withheld", models.BigIntegerField(db_default=0)),
                ("stock_levy_withheld", models.BigIntegerField(db_default=0)),
                ("social_insurance_premium", models.BigIntegerField(db_default=0)),
                ("small_enterprise_mutual_aid_premium", models.BigIntegerField(db_default=0)),
                ("life_insurance_new_general", models.BigIntegerField(db_default=0)),
                ("life_insurance_new_care", models.BigIntegerField(db_default=0)),
                ("life_insurance_new_pension", models.BigIntegerField(db_default=0)),
                ("life_insurance_old_general", models.BigIntegerField(db_default=0)),
                ("life_insurance_old_pension", models.BigIntegerField(db_default=0)),
                ("earthquake_insurance", models.BigIntegerField(db_default=0)),
                ("old_casualty_insurance", models.BigIntegerField(db_default=0)),
                ("medical_expense", models.BigIntegerField(db_default=0)),
                ("self_medication_expense", models.BigIntegerField(db_default=0)),
                ("casualty_loss", models.BigIntegerField(db_default=0)),
                ("disaster_expense", models.BigIntegerField(db_default=0)),
                ("hometown_donation", models.BigIntegerField(db_default=0)),
                ("donation_municipal", models.BigIntegerField(db_default=0)),
                ("donation_prefectural", models.BigIntegerField(db_default=0)),
                ("withheld_income_tax", models.BigIntegerField(db_default=0)),
                ("income_tax_earthquake_deduction", models.BigIntegerField(db_default=0)),
                ("housing_loan_creditable", models.BigIntegerField(db_default=0)),
                ("housing_loan_credited", models.BigIntegerField(db_default=0)),
                ("income_tax_taxable_income", models.BigIntegerField(db_default=0)),
                ("disability", models.SmallIntegerField(db_default=0)),
                ("widow", models.SmallIntegerField(db_default=0)),
                ("single_parent", models.SmallIntegerField(db_default=0)),
                ("working_student", models.SmallIntegerField(db_default=0)),
                ("housing_loan_kind", models.SmallIntegerField(db_default=0)),
                ("secondary_salary", models.SmallIntegerField(db_default=0)),
                ("received_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("actor", models.TextField()),
            ],
            options={
                "indexes": [models.Index(fields=["fiscal_year", "kind"], name="report_year")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "fiscal_year", "payer_number", "report_number", "version"),
                        name="report_version_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Match",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("report_id", models.BigIntegerField()),
                ("position", models.SmallIntegerField()),
                ("resident_id", models.BigIntegerField(null=True)),
                ("basis", models.TextField()),
                (
                    "candidates",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                ("reason", models.TextField()),
                ("actor", models.TextField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["report_id", "position", "-id"], name="match_last"),
                    models.Index(fields=["resident_id", "report_id"], name="match_resident"),
                ],
            },
        ),
    ]
