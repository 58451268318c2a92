"""Deciding: from answers to a reviewed, printable summary."""

from django.apps import AppConfig


class DecisionAidConfig(AppConfig):
    name = "decision_aid"
    verbose_name = "Decision aids"

    def ready(self) -> None:
        from decision_aid import wiring

        wiring.connect()
