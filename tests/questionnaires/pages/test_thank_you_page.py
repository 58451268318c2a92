from collections.abc import Callable
from typing import Any

from django.urls import reverse

from decision_aid.models import Consultation
from tests.cast import Visit, visiting
from tests.questionnaires.pages.browsing import text_of

AtStage = Callable[[dict[str, Any], str], Consultation]
STORY = {"age_years": 45, "region": "low_back", "limb_pain_nrs": 7}


def test_it_names_the_copy_of_the_answers_and_no_option(visit: Visit, at_stage: AtStage) -> None:
    at_stage(STORY, "submitted")
    client = visiting(visit)
    page = client.get(reverse("thank_you"))
    assert f'data-load="{reverse("my_documents")}"' in page.content.decode()
    documents = client.get(reverse("my_documents"), headers={"HX-Request": "true"})
    assert "A copy of your answers" in text_of(documents)
    assert reverse("my_options") not in documents.content.decode()


def test_after_release_it_leads_to_the_options(visit: Visit, at_stage: AtStage) -> None:
    at_stage(STORY, "released")
    documents = visiting(visit).get(reverse("my_documents"), headers={"HX-Request": "true"})
    assert f'href="{reverse("my_options")}">See your treatment options' in documents.content.decode()
