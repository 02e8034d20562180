"""設定した職員: who last set an account's rights, password and second factor."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0002_period")]

    operations = [
        migrations.AddField("staffaccount", "rights_by", models.TextField(default="")),
        migrations.AddField("staffaccount", "password_by", models.TextField(default="")),
        migrations.AddField("staffaccount", "second_factor_by", models.TextField(default="")),
    ]
