"""利用期間: the first and the last day on which an account may sign in."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_initial")]

    operations = [
        migrations.AddField("staffaccount", "starts_on", models.DateField(null=True)),
        migrations.AddField("staffaccount", "ends_on", models.DateField(null=True)),
    ]
