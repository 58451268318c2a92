"""The page on which a finding is mended: the studio's where it has one, else the administration's."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.urls import reverse

# Rows that are edited in a table on the page of another row: how to get there, and the table's name.
_PARENTS = {
    "questionnaires.AnswerOption": ("question", "options"),
}


_STUDIO = {
    "decision_aid.ScoringRule": "studio_rule",
    "decision_aid.WarningSign": "studio_sign",
    "questionnaires.Question": "studio_question",
    "questionnaires.Section": "studio_section",
}


def address_of(mends: dict[str, Any]) -> str:
    """The address of the row's page, at its field; empty where the row is gone."""
    model = apps.get_model(mends["model"])
    row: Any = model._default_manager.filter(pk=mends["id"]).first()
    if row is None:
        return ""
    field = mends["field"]
    if mends["model"] in _STUDIO:
        page = reverse(_STUDIO[mends["model"]], args=[row.pk])
        return f"{page}#id_{field}" if field else page
    if mends["model"] in _PARENTS:
        parent, table = _PARENTS[mends["model"]]
        owner = getattr(row, parent)
        number = list(getattr(owner, table).values_list("pk", flat=True)).index(row.pk)
        row, field = owner, f"{table}-{number}-{field}" if field else ""
    if not admin.site.is_registered(type(row)):
        return ""
    page = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return f"{page}#id_{field}" if field else page
