"""The administration of deciding."""

from decision_aid.admin import authoring, gate, records

__all__ = ["authoring", "gate", "records"]
