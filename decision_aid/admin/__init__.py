"""The administration of deciding."""

from decision_aid.admin import authoring, records

__all__ = ["authoring", "records"]
