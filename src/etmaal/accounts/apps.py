from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "etmaal.accounts"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Accounts"
