"""Make the audit chain unchangeable: no line and no link is ever edited or removed."""

from django.db import migrations

from etmaal.accounts.appending import written_once


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        written_once("accounts_auditline"),
        written_once("accounts_auditlink"),
    ]
