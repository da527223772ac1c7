from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "etmaal.web"
    verbose_name = "Pages"
