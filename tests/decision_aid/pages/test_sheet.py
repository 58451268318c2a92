"""The sheet: what a surgeon reads in a minute."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.demonstration import Cast, bring_to_stage, fill_in
from decision_aid.models import Alert, Consultation, DecisionAidVersion
from decision_aid.selectors import summary_inputs
from decision_aid.services.alerting import acknowledge_alert
from decision_aid.services.wishing import Said, say_wishes
from decision_aid.summaries import surgeon_document
from questionnaires.definition.answers import Given
from questionnaires.models import AuditEvent, User
from questionnaires.services.answering import save_answer
from tests.cast import new_patient, new_visit, signed_in
from tests.decision_aid.pages.conftest import Golden, assessment_of, open_alert_of, text_of

MOST_QUERIES = 12
TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def opened(consultation: Consultation, user: User) -> Any:
    response = signed_in(user).get(reverse("sheet", args=[consultation.pk]))
    assert response.status_code == 200
    return response


def test_it_says_what_the_document_says(examined: Consultation, surgeon: User) -> None:
    response = opened(examined, surgeon)
    said, document = text_of(response), surgeon_document(summary_inputs(assessment_of(examined)))

    assert document.options
    for option in document.options:
        assert option.title in said
        assert option.candidacy_words in said
        assert option.points in said
        assert option.bar.words in response.content.decode()
        for reason in (*option.reasons_for, *option.reasons_against):
            assert reason.text in said
    for scale in document.scales:
        assert scale.title in said
        assert scale.value in said
    for item in (*document.glance, *document.own_words, *document.expectations):
        assert item.words in said
    for value in document.values:
        assert f"{value.label} {value.words}" in said
    assert document.draft_note in said
    assert document.footer.release in said
    assert len(response.content) < 120_000


def test_every_option_has_its_ledger_and_every_outcome(examined: Consultation, surgeon: User) -> None:
    response = opened(examined, surgeon)
    rows = [*response.context["options"], *response.context["not_indicated"]]

    assert len(rows) == len(examined.release.document["options"])
    assert rows[0].option.id == "nonoperative_care"
    outcomes = [outcome["id"] for outcome in examined.release.document["outcomes"]]
    for row in rows:
        assert [estimate.outcome for estimate in row.option.estimates] == outcomes


def test_a_new_assessment_stands_beside_the_one_before(examined: Consultation, surgeon: User) -> None:
    response = opened(examined, surgeon)

    assert response.context["previous"].number == 1
    (row,) = [row for row in response.context["options"] if row.option.id == "tubular_microdiscectomy"]
    assert (row.before, row.option.computed_words) == ("Needs information", "Likely candidate")
    said = text_of(response)
    assert "Before: Needs information" in said
    (compared,) = [row for row in response.context["compared"] if row.id == "tubular_microdiscectomy"]
    assert (compared.before, compared.now) == ("Needs information", "Likely candidate")


def test_what_is_missing_is_named_before_the_findings(submitted: Consultation, surgeon: User) -> None:
    response = opened(submitted, surgeon)
    document = response.context["document"]

    assert document.missing
    said = text_of(response)
    assert f"{len(document.missing)} answers can still change a candidacy." in said
    for fact in document.missing:
        assert fact.question in said
    assert reverse("findings", args=[submitted.pk]) in response.content.decode()


def test_what_waits_for_the_same_answers_stands_together_and_nothing_of_it_is_hidden(
    submitted: Consultation, surgeon: User
) -> None:
    response = opened(submitted, surgeon)
    said, page = text_of(response), response.content.decode()
    alone, together = response.context["listed"]

    assert alone.first.option.id == "nonoperative_care"
    assert len(together.rows) == 9
    assert "9 treatments wait for the same 2 answers:" in said
    assert [len(alike.rows) for alike in together.alike] == [3, 3, 3]
    for alike in together.alike:
        for reason in (*alike.reasons_for, *alike.reasons_against):
            assert said.count(reason.text) >= 1
        for row in alike.rows:
            option = row.option
            assert f'id="option-{option.id}"' in page
            assert option.title in said
            assert option.points in said
            assert option.bar.words in page
            assert reverse("option_basis", args=[submitted.pk, option.id]) in page
            reasons = {one.text for one in (*option.reasons_for, *option.reasons_against)}
            assert reasons == {one.text for one in (*alike.reasons_for, *alike.reasons_against)}


def test_each_missing_answer_names_every_treatment_that_waits_for_it(
    submitted: Consultation, surgeon: User
) -> None:
    response = opened(submitted, surgeon)
    said = text_of(response)
    awaited = {one.fact.code: one.titles for one in response.context["awaited"]}
    waiting = {
        (fact, row.option.title)
        for row in response.context["options"]
        for fact in (missing.code for missing in row.option.missing)
    }

    assert {(fact, title) for fact, titles in awaited.items() for title in titles} == waiting
    assert len(awaited["imaging_findings"]) == 10
    for titles in awaited.values():
        assert ", ".join(titles) in said


def test_a_treatment_that_a_clinician_has_judged_stands_by_itself(
    submitted: Consultation, surgeon: User
) -> None:
    sent = {"option": "open_fusion", "candidacy": "excluded", "reason": "other", "words": "Not wanted."}
    signed_in(surgeon).post(reverse("override", args=[assessment_of(submitted).pk]), sent)
    response = opened(submitted, surgeon)

    assert [len(place.rows) for place in response.context["listed"]] == [1, 8, 1]
    assert response.context["listed"][-1].first.option.id == "open_fusion"
    assert "Not wanted." in text_of(response)


def test_before_the_form_is_sent_there_is_no_assessment(consultation: Consultation, surgeon: User) -> None:
    response = opened(consultation, surgeon)

    assert "No assessment yet" in text_of(response)
    assert reverse("new_link", args=[consultation.pk]) in response.content.decode()
    assert reverse("findings", args=[consultation.pk]) not in response.content.decode()


def test_an_alert_of_a_form_that_was_never_sent_is_there(
    consultation: Consultation, surgeon: User, golden: Golden
) -> None:
    fill_in(consultation.response, golden("disc_cauda_equina"))
    said = text_of(opened(consultation, surgeon))

    alert = open_alert_of(consultation)
    signs = {sign["id"]: sign for sign in consultation.release.document["warning_signs"]}
    assert alert.title in said
    assert " ".join(signs[alert.sign]["clinician"].split()) in said
    assert "Close this warning" in said


def words_about_options(consultation: Consultation) -> list[str]:
    """Whatever must not be said while an emergency is open: options by name, and outcomes."""
    release = consultation.release.document
    titles = [option[name] for option in release["options"] for name in ("title", "patient_title")]
    return [*titles, *(outcome["patient"] for outcome in release["outcomes"])]


def test_an_open_emergency_hides_every_option_and_number(
    emergency: Consultation, surgeon: User, coordinator: User
) -> None:
    for user in (surgeon, coordinator):
        response = opened(emergency, user)
        said = text_of(response)
        assert open_alert_of(emergency).title in said
        for words in words_about_options(emergency):
            assert words not in said
        for act in ("override", "sign", "release"):
            assert reverse(act, args=[assessment_of(emergency).pk]) not in response.content.decode()


def test_after_the_emergency_was_closed_everything_is_there(emergency: Consultation, surgeon: User) -> None:
    acknowledge_alert(open_alert_of(emergency), surgeon, "Seen in the emergency department; MRI done.")
    said = text_of(opened(emergency, surgeon))

    assert "Tubular microdiscectomy" in said
    assert "MRI done." in said


def test_an_emergency_that_findings_raise_hides_what_was_reviewed_before(
    examined: Consultation, surgeon: User
) -> None:
    browser = signed_in(surgeon)
    browser.post(
        reverse("override", args=[assessment_of(examined).pk]),
        {"option": "acdf", "candidacy": "excluded", "reason": "other", "words": "Wrong region."},
    )
    assert "Wrong region." in text_of(opened(examined, surgeon))
    Alert.objects.create(
        clinic=examined.clinic,
        consultation=examined,
        sign="cauda_equina",
        title="Possible cauda equina syndrome",
        urgency="emergency",
        raised_at=assessment_of(examined).assessed_at,
    )

    said = text_of(opened(examined, surgeon))
    assert "Wrong region." not in said
    for words in words_about_options(examined):
        assert words not in said


def test_what_a_patient_wrote_is_shown_as_text(
    consultation: Consultation, surgeon: User, at_stage: Any, golden: Golden
) -> None:
    asked = "<script>alert('x')</script> Zażółć 🦴?"
    submitted = at_stage(golden("typical_disc") | {"questions_for_surgeon": asked}, "submitted")
    response = opened(submitted, surgeon)

    assert "<script>alert" not in response.content.decode()
    assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; Zażółć 🦴?" in response.content.decode()


def test_a_look_is_audited_in_the_clinic_and_kept_out_of_caches(
    submitted: Consultation, surgeon: User
) -> None:
    response = opened(submitted, surgeon)

    event = AuditEvent.objects.filter(action="viewed").latest("number")
    assert (event.user, event.record_id, event.detail) == (surgeon, str(submitted.pk), {})
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


def queries_of(browser: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return sum(not query["sql"].startswith(TRANSACTION) for query in queries)


def test_its_queries_do_not_grow_with_what_was_done(examined: Consultation, surgeon: User) -> None:
    browser, address = signed_in(surgeon), reverse("sheet", args=[examined.pk])
    counts = []
    for _ in range(3):
        counts.append(queries_of(browser, address))
        sent = {"option": "acdf", "candidacy": "excluded", "reason": "other", "words": "Wrong region."}
        browser.post(reverse("override", args=[assessment_of(examined).pk]), sent)
        browser.get(address)  # tells its message, which is a write of the session

    assert counts == [MOST_QUERIES] * 3


def test_the_fullest_sheet_takes_no_more_queries_than_the_emptiest_is_allowed(
    release: DecisionAidVersion, cast: Cast, golden: Golden
) -> None:
    patient = new_patient(cast.clinic, "T-7")
    earlier, now = (new_visit(release, patient, cast).consultation for _ in range(2))
    bring_to_stage(earlier, golden("typical_disc"), "released")
    bring_to_stage(now, golden("typical_disc") | {"fever_or_chills": True}, "released")
    say_wishes(now, Said({"value_avoid_surgery": 9}, {"choice": False}, ["When can I drive?"]), seen=0)
    browser, address = signed_in(cast.surgeon), reverse("sheet", args=[now.pk])
    assert "When can I drive?" in text_of(browser.get(address))

    assert queries_of(browser, address) <= MOST_QUERIES


@pytest.mark.parametrize("role", ["author", "approver", "administrator"])
def test_for_who_has_no_clinical_role_it_does_not_exist(
    submitted: Consultation, cast: Cast, role: str
) -> None:
    browser = signed_in(getattr(cast, role))

    assert browser.get(reverse("sheet", args=[submitted.pk])).status_code == 404


def test_an_answer_that_raised_an_alert_and_was_changed_still_hides_the_options(
    consultation: Consultation, surgeon: User, at_stage: Any, golden: Golden
) -> None:
    fill_in(consultation.response, golden("disc_cauda_equina"))
    for code in ("bladder_change", "saddle_numbness"):
        save_answer(consultation.response, code, Given(value=False), revision=None)
    submitted = at_stage(golden("typical_disc"), "submitted")
    assert assessment_of(submitted).pathway == "routine"

    said = text_of(opened(submitted, surgeon))
    assert open_alert_of(submitted).title in said
    for words in words_about_options(submitted):
        assert words not in said
