"""Gives the web processes their Celery app, and registers the checks of the settings."""

from django.apps import AppConfig
from django.core.checks import register

from config.celery import app as celery_app
from config.checks import check_database, check_queue, check_versions

__all__ = ["ConfigConfig", "celery_app"]


class ConfigConfig(AppConfig):
    """The settings of the service as an app, so that `manage.py check` refuses the dangerous ones."""

    name = "config"
    verbose_name = "Candor"

    def ready(self) -> None:
        """Register the system checks, and what is noted of a sign-in."""
        from config import staff_sessions

        staff_sessions.connect()
        register(check_queue)
        register(check_database)
        register(check_versions)
