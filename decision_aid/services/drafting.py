"""Draft rows made from a pack, and the ruleset document they make."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from decision_aid.models import (
    DecisionAid,
    Estimate,
    GoldenCase,
    Modifier,
    Outcome,
    Scale,
    ScoringRule,
    Source,
    TreatmentOption,
    WarningSign,
)
from decision_aid.packs import Pack
from questionnaires.models import Clinic, Questionnaire, User
from questionnaires.services.drafting import load_questionnaire, remember_editor

Document = Mapping[str, Any]

_AID_FIELDS = ("language", "title", "condition_text", "index_decision", "about", "bands")

# The lists of a ruleset document and the rows that hold them. A key `id` is kept in the field `code`;
# every other key has the name of its field.
_LISTS: dict[str, type[models.Model]] = {
    "scales": Scale,
    "warning_signs": WarningSign,
    "outcomes": Outcome,
    "options": TreatmentOption,
    "modifiers": Modifier,
    "sources": Source,
    "golden_cases": GoldenCase,
}
_OPTION_LISTS: dict[str, type[models.Model]] = {"rules": ScoringRule, "estimates": Estimate}
_NOT_IN_DOCUMENT = {"id", "aid", "option", "position"}


@transaction.atomic
def load_aid(clinic: Clinic, pack: Pack, by: User) -> DecisionAid:
    """Make or replace a clinic's draft from a pack; releases are untouched."""
    drafts = {
        name: load_questionnaire(clinic, document, by) for name, document in pack.questionnaires.items()
    }
    document: Document = pack.aid
    aid, _ = DecisionAid.objects.update_or_create(
        clinic=clinic,
        code=document["aid"],
        defaults={name: document[name] for name in _AID_FIELDS if name in document}
        | {"intake": drafts["intake"], "findings": drafts["findings"]},
    )
    remember_editor(aid, by)
    _load_lists(aid, document)
    return aid


@transaction.atomic
def replace_aid_rows(aid: DecisionAid, document: Document, by: User) -> DecisionAid:
    """Make a draft say what a document says, which can be read; its questionnaires stay as they are."""
    for name in _AID_FIELDS:
        setattr(aid, name, document[name])
    aid.save(update_fields=_AID_FIELDS)
    remember_editor(aid, by)
    _load_lists(aid, document)
    return aid


def _load_lists(aid: DecisionAid, document: Document) -> None:
    for key, model in _LISTS.items():
        model._default_manager.filter(aid=aid).delete()
        rows = [_row(model, item, position, aid=aid) for position, item in enumerate(document.get(key, ()))]
        if model is TreatmentOption:
            for row, item in zip(rows, document.get(key, ()), strict=True):
                row.save()
                _load_option_lists(row, item)
        else:
            model._default_manager.bulk_create(rows)


def _load_option_lists(option: models.Model, document: Document) -> None:
    for key, model in _OPTION_LISTS.items():
        model._default_manager.bulk_create(
            _row(model, item, position, option=option) for position, item in enumerate(document.get(key, ()))
        )


def _row(model: type[models.Model], item: Document, position: int, **owner: models.Model) -> models.Model:
    values = {field.name: item[key] for field, key in _fields(model) if key in item and item[key] is not None}
    return model(position=position, **owner, **values)


def _fields(model: type[models.Model]) -> Iterable[tuple[models.Field[Any, Any], str]]:
    """The fields of a draft row that its document holds, with their keys there."""
    for field in model._meta.concrete_fields:
        if field.name not in _NOT_IN_DOCUMENT:
            yield field, "id" if field.name == "code" else field.name


def aid_document(aid: DecisionAid) -> dict[str, Any]:
    """The ruleset document that the draft rows make, without the pins of a release."""
    document: dict[str, Any] = {"aid": aid.code} | {name: getattr(aid, name) for name in _AID_FIELDS}
    for key, model in _LISTS.items():
        document[key] = [_item(row) for row in model._default_manager.filter(aid=aid)]
    options = aid.options.prefetch_related(*_OPTION_LISTS)
    for option, item in zip(options, document["options"], strict=True):
        for key in _OPTION_LISTS:
            item[key] = [_item(row) for row in getattr(option, key).all()]
    return document


def rows_of(aid: DecisionAid, key: str) -> list[Any]:
    """The draft rows of one of the document's lists, in their order; none where it has no such list."""
    model = _LISTS.get(key)
    return [] if model is None else list(model._default_manager.filter(aid=aid))


def rows_of_option(option: TreatmentOption, key: str) -> list[Any]:
    """The rows of one of an option's lists, in their order."""
    return list(getattr(option, key).all()) if key in _OPTION_LISTS else []


def _item(row: models.Model) -> dict[str, Any]:
    """One entry of a list; a field that is empty is left out, as an author would leave it out."""
    item: dict[str, Any] = {}
    for field, key in _fields(type(row)):
        value = getattr(row, field.name)
        if value is None or (field.blank and value in ("", [])):
            continue
        if isinstance(value, Decimal):
            value = int(value) if value == value.to_integral_value() else float(value)
        item[key] = value
    return item


def questionnaires_of(aid: DecisionAid) -> dict[str, Questionnaire]:
    """The two questionnaires of an aid, by the name that a release pins them under."""
    return {"intake": aid.intake, "findings": aid.findings}
