"""The administration of asking."""

from questionnaires.admin import audit, authoring, outbox, people, versions

__all__ = ["audit", "authoring", "outbox", "people", "versions"]
