"""A storage in which a slow worker is overtaken."""

from datetime import timedelta
from uuid import UUID

from django.core.files import File
from django.utils import timezone

from config.storage import DurableFileStorage
from decision_aid.models import Summary
from decision_aid.services.summarising import render_summary


class OvertakenStorage(DurableFileStorage):
    """Before the first worker's file is written, its lease runs out and another makes the document."""

    def _save(self, name: str, content: File) -> str:  # type: ignore[type-arg]  # as the class it extends
        first = Summary.objects.filter(pk=UUID(name.split("/")[1]), claim=1)
        if first.update(claimed_until=timezone.now() - timedelta(seconds=1)):
            render_summary(UUID(name.split("/")[1]))
        return super()._save(name, content)
