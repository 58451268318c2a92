"""What the aid stands on: every source and every rule, said to those whom it concerns."""

import re

import pytest
from django.urls import reverse

from config.demonstration import Cast
from decision_aid.models import Consultation, DecisionAidVersion
from decision_aid.summaries import asked_questions
from decision_aid.summaries.basis import rules_in_words, sources_for_clinicians, sources_for_patients
from questionnaires.models import User
from tests.cast import Visit, signed_in, visiting
from tests.decision_aid.pages.conftest import AtStage, Golden, text_of


@pytest.mark.parametrize("sources", [sources_for_clinicians, sources_for_patients])
def test_each_source_is_listed_once_and_says_what_it_is_used_for(
    release: DecisionAidVersion, sources: object
) -> None:
    assert callable(sources)
    listed = sources(release.ruleset.document)
    ids = [row for source in listed for row in source.ids]
    assert sorted(ids) == sorted(release.ruleset.sources)
    assert [source.ids for source in listed if not source.uses] == []


def test_every_rule_is_said_in_words_without_its_code(release: DecisionAidVersion) -> None:
    asked = asked_questions(release.intake.definition, release.findings.definition)
    signs, *options = rules_in_words(release.ruleset, asked)
    assert len(signs.rules) == len(release.ruleset.warning_signs)
    wanted = {option.id: len(option.rules) for option in release.ruleset.options}
    assert {option.id: len(option.rules) for option in options} == wanted
    for group in (signs, *options):
        for rule in group.rules:
            assert rule.condition.endswith(".")
            assert not re.search(r"%[a-z]|[_=<>]", rule.condition), rule.condition
            assert rule.reason
            assert rule.sources
    tube = next(option for option in options if option.id == "tubular_microdiscectomy")
    said = {rule.reason: rule for rule in tube.rules}
    disc = said["Imaging shows a lumbar disc herniation, the finding that this operation treats."]
    assert disc.kind == "Required"
    assert disc.condition.endswith("includes “Disc herniation”.")
    assert disc.points == ""
    assert {rule.points for rule in tube.rules} >= {"", "+2 points", "−1 point"}


def test_staff_of_the_clinic_read_who_made_it_each_source_and_each_rule(
    release: DecisionAidVersion, consultation: Consultation, surgeon: User, cast: Cast
) -> None:
    for user in (surgeon, cast.author):
        for name, words in (
            ("about_release", "Written by"),
            ("release_sources", "Figure for Tubular microdiscectomy"),
            ("release_rules", "Holds when:"),
        ):
            page = signed_in(user).get(reverse(name, args=[release.pk]))
            assert page.status_code == 200
            assert words in text_of(page)


def test_a_patient_reads_every_source_only_after_the_release(
    visit: Visit, at_stage: AtStage, golden: Golden
) -> None:
    address = reverse("my_sources")
    at_stage(golden("typical_disc"), "signed")
    assert visiting(visit).get(address).status_code == 404


def test_a_patient_reads_what_each_source_is_used_for(
    visit: Visit, at_stage: AtStage, golden: Golden
) -> None:
    at_stage(golden("typical_disc"), "released")
    patient = visiting(visit)
    page = patient.get(reverse("my_sources"))
    assert "What is known of: " in text_of(page)
    assert len(page.content) <= 60_000
    assert reverse("my_sources") in patient.get(reverse("my_options")).content.decode()
