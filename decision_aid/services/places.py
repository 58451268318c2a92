"""Which draft row and field a place in a document stands for, so that a finding leads to what mends it."""

from collections.abc import Sequence
from typing import Any, TypedDict

from django.db import models

from decision_aid.models import DecisionAid, GoldenCase, TreatmentOption
from decision_aid.services.drafting import questionnaires_of, rows_of, rows_of_option
from questionnaires.models import Questionnaire

# A field of a document that is kept under another name, and the row's field for it.
_FIELDS = {"id": "code", "type": "kind", "range": "minimum"}


class Mends(TypedDict):
    """A row by its model's label and its key, and the field to change, where it is one."""

    model: str
    id: int
    field: str


def mends(aid: DecisionAid, place: str) -> Mends:
    """The nearest row to a place such as `options/2/rules/5/condition` or `intake/sections/0/title`."""
    questionnaires = questionnaires_of(aid)
    for name, questionnaire in questionnaires.items():
        for start in (f"{name}/", f"{questionnaire.code}/"):
            if place.startswith(start):
                return _in_questionnaire(questionnaire, place.removeprefix(start).split("/"))
    return _in_aid(aid, place.split("/"))


def _in_aid(aid: DecisionAid, steps: Sequence[str]) -> Mends:
    row = _entry(rows_of(aid, steps[0]), steps)
    if row is None:
        return _row(aid, steps)
    if isinstance(row, TreatmentOption) and len(steps) > 3:
        inner = _entry(rows_of_option(row, steps[2]), steps[2:])
        if inner is not None:
            return _row(inner, steps[4:])
    if isinstance(row, GoldenCase) and steps[2:3] == ["expected"]:
        return _row(row, ["expected"])
    return _row(row, steps[2:])


def _in_questionnaire(questionnaire: Questionnaire, steps: Sequence[str]) -> Mends:
    row: models.Model = questionnaire
    for name in ("sections", "questions", "options"):
        if steps[:1] != [name]:
            break
        found = _entry(list(getattr(row, name).all()), steps)
        if found is None:
            break
        row, steps = found, steps[2:]
    return _row(row, steps)


def _entry(rows: Sequence[Any], steps: Sequence[str]) -> models.Model | None:
    """The row with the number, or with the code, that the second step gives."""
    if len(steps) < 2:
        return None
    if steps[1].isdecimal() and int(steps[1]) < len(rows):
        found: models.Model = rows[int(steps[1])]
        return found
    return next((row for row in rows if getattr(row, "code", None) == steps[1]), None)


def _row(row: models.Model, steps: Sequence[str]) -> Mends:
    names = {field.name for field in row._meta.concrete_fields}
    named = _FIELDS.get(steps[0], steps[0]) if steps else ""
    return Mends(model=row._meta.label, id=int(row.pk), field=named if named in names else "")
