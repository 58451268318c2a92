"""The administration of asking."""

from questionnaires.admin import audit, authoring, people, versions

__all__ = ["audit", "authoring", "people", "versions"]
