"""Replacing the draft of a decision aid by a document, on top of what the author has read."""

from collections.abc import Mapping
from typing import Any

from decision_aid.models import DecisionAid
from decision_aid.packs import pin_release
from decision_aid.scoring import read_ruleset
from decision_aid.services.drafting import aid_document, questionnaires_of, replace_aid_rows
from decision_aid.services.editing import editing_aid
from questionnaires.definition.reading import read_definition
from questionnaires.models import User
from questionnaires.services.drafting import questionnaire_document
from questionnaires.services.replacing import check_code, fitting, require_as_read


def replace_aid(
    aid: DecisionAid, document: Mapping[str, Any], expected_sha256: str, by: User, reason: str
) -> DecisionAid:
    """Replace a draft by a document that can be read with the drafts of its questionnaires, as one edit.

    Raises ProblemsFound. Refused: not_permitted, reason_missing, draft_changed, other_code, draft_too_long.
    """
    check_code(document.get("aid"), aid.code)
    versions = {
        name: (1, read_definition(questionnaire_document(questionnaire)))
        for name, questionnaire in questionnaires_of(aid).items()
    }
    read_ruleset(pin_release(document, 1, versions))
    with fitting(), editing_aid(aid, by, reason):
        require_as_read(aid_document(aid), expected_sha256)
        return replace_aid_rows(aid, document, by)
