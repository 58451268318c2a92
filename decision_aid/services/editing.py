"""Editing a draft decision aid: one act at a time, by an author who says why, remembered in words."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from decision_aid.models import AidEdit, DecisionAid
from decision_aid.services.drafting import aid_document
from questionnaires.definition.differences import Tell, as_written, sentences
from questionnaires.models import Role, User
from questionnaires.services import audit
from questionnaires.services.drafting import remember_editor
from questionnaires.services.editing import needed_reason
from questionnaires.services.permissions import require_role


@contextmanager
def editing_aid(aid: DecisionAid, by: User, reason: str, tell: Tell = as_written) -> Iterator[None]:
    """One act on a draft: everything inside happens or nothing does, and what changed is kept in words.

    Refused: not_permitted, reason_missing, and whatever is refused inside.
    """
    require_role(by, aid.clinic, Role.AUTHOR)
    reason = needed_reason(reason)
    with transaction.atomic():
        remember_editor(aid, by)  # takes the row, so that acts on one draft come one after another
        aid.refresh_from_db()
        before = aid_document(aid)
        yield
        told = sentences(before, aid_document(DecisionAid.objects.get(pk=aid.pk)), tell)
        if told:
            AidEdit.objects.create(aid=aid, by=by, at=timezone.now(), reason=reason, sentences=told)
            audit.record(aid.clinic, "draft_edited", aid, user=by, detail={"changes": len(told)})
