"""What the tests promise each other."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from playwright.sync_api import Page

from config.celery import app
from decision_aid.models import Consultation
from questionnaires.models import Clinic, QuestionnaireVersion


def test_the_queue_leads_nowhere_until_a_broker_is_asked_for() -> None:
    assert str(app.conf.broker_url).endswith("nobody-listens.sock")


def test_nothing_is_written_beside_the_code(place: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    assert not Path(settings.MEDIA_ROOT).is_relative_to(root)
    assert connection.vendor != "sqlite" or not Path(connection.settings_dict["NAME"]).is_relative_to(root)


@pytest.mark.django_db(transaction=True)
class TestEmptyingBetweenTransactionalTests:
    def test_it_passes_rows_that_the_database_refuses_to_delete(self, consultation: Consultation) -> None:
        assert QuestionnaireVersion.objects.exists()

    def test_it_leaves_nothing(self) -> None:
        assert not QuestionnaireVersion.objects.exists()
        assert not Clinic.objects.exists()

    def test_it_leaves_the_refusals_in_place(self, consultation: Consultation) -> None:
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            QuestionnaireVersion.objects.update(number=99)


@pytest.mark.browser
def test_the_browser_reaches_the_live_server(page_at: Callable[..., Page]) -> None:
    page = page_at(360)
    page.goto("/livez")
    assert "alive" in page.content()
