"""What a clinician does on the sheet: the effect of each act, and how each refusal is shown."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from decision_aid.models import Alert, Consultation, Review, Summary
from decision_aid.selectors import summary_inputs
from decision_aid.services.findings import open_findings
from decision_aid.services.reviewing import signature_sha256
from decision_aid.summaries import patient_document
from questionnaires.models import AuditEvent, Invitation, User
from questionnaires.services.answering import submit_response
from tests.cast import signed_in
from tests.decision_aid.pages.conftest import assessment_of, open_alert_of, text_of

JUDGEMENT = {
    "option": "tubular_microdiscectomy",
    "candidacy": "unlikely",
    "reason": "imaging",
    "words": "Far-lateral herniation – not reached by this route.",
}


def sheet_of(consultation: Consultation) -> str:
    return reverse("sheet", args=[consultation.pk])


def assert_refused(response: Any, code: str, status: int) -> None:
    """The sheet again, with the code and its sentence beside the act."""
    assert response.status_code == status
    assert f"<code>{code}</code>" in response.content.decode()
    assert "no-store" in response["Cache-Control"]


# -- acknowledging ---------------------------------------------------------------------------------
def test_acknowledging_closes_the_alert_with_name_and_action(emergency: Consultation, surgeon: User) -> None:
    alert = open_alert_of(emergency)
    response = signed_in(surgeon).post(
        reverse("acknowledge", args=[alert.pk]), {"action": " Phoned; sent to emergency care. "}, follow=True
    )

    alert.refresh_from_db()
    assert alert.acknowledged_by == surgeon
    assert alert.action == "Phoned; sent to emergency care."
    assert response.redirect_chain == [(sheet_of(emergency), 302)]
    assert "Phoned; sent to emergency care." in text_of(response)


@pytest.mark.parametrize("action", ["", "   ", "\n"])
def test_an_alert_is_not_closed_without_an_action(
    emergency: Consultation, surgeon: User, action: str
) -> None:
    alert = open_alert_of(emergency)
    response = signed_in(surgeon).post(reverse("acknowledge", args=[alert.pk]), {"action": action})

    assert_refused(response, "action_missing", 422)
    assert open_alert_of(emergency) == alert


def test_a_closed_alert_is_not_closed_again(emergency: Consultation, surgeon: User) -> None:
    address, browser = reverse("acknowledge", args=[open_alert_of(emergency).pk]), signed_in(surgeon)
    browser.post(address, {"action": "Phoned."})

    assert_refused(browser.post(address, {"action": "Phoned again."}), "already_closed", 409)
    assert Alert.objects.get(consultation=emergency, urgency="emergency").action == "Phoned."


def test_a_coordinator_does_not_close_an_alert_and_loses_no_word(
    emergency: Consultation, coordinator: User
) -> None:
    address = reverse("acknowledge", args=[open_alert_of(emergency).pk])
    assert 'name="action"' not in signed_in(coordinator).get(sheet_of(emergency)).content.decode()

    response = signed_in(coordinator).post(address, {"action": "Phoned."})
    assert_refused(response, "not_permitted", 403)
    assert "You wrote: “Phoned.”" in text_of(response)
    assert open_alert_of(emergency)


# -- overriding ------------------------------------------------------------------------------------
def test_an_override_stands_beside_what_scoring_said(examined: Consultation, surgeon: User) -> None:
    assessment = assessment_of(examined)
    response = signed_in(surgeon).post(reverse("override", args=[assessment.pk]), JUDGEMENT, follow=True)

    review = Review.objects.get(act="overridden")
    assert (review.by, review.subject, review.candidacy, review.reason) == (
        surgeon,
        "tubular_microdiscectomy",
        "unlikely",
        "imaging",
    )
    (option,) = [row.option for row in response.context["options"] if row.option.id == review.subject]
    assert option.candidacy == "unlikely"
    assert option.computed_candidacy == "likely"
    assert JUDGEMENT["words"] in text_of(response)
    assert response.redirect_chain == [(f"{sheet_of(examined)}#option-tubular_microdiscectomy", 302)]


@pytest.mark.parametrize(
    ("wrong", "code", "status"),
    [
        ({"words": "  "}, "words_missing", 422),
        ({"reason": ""}, "unknown_reason", 422),
        ({"reason": "because"}, "unknown_reason", 422),
        ({"candidacy": ""}, "unknown_candidacy", 422),
        ({"candidacy": "needs_information"}, "unknown_candidacy", 422),
    ],
)
def test_an_override_that_says_too_little_is_refused_with_its_words_kept(
    examined: Consultation, surgeon: User, wrong: dict[str, str], code: str, status: int
) -> None:
    sent = JUDGEMENT | wrong
    response = signed_in(surgeon).post(reverse("override", args=[assessment_of(examined).pk]), sent)

    assert_refused(response, code, status)
    form = response.context["override"]
    assert form["is_open"]
    assert form["kept"] == sent
    assert f">{sent['words']}</textarea>" in response.content.decode()
    assert not Review.objects.filter(act="overridden").exists()


def test_an_override_of_an_option_that_there_is_not_is_refused(examined: Consultation, surgeon: User) -> None:
    sent = JUDGEMENT | {"option": "leeches"}
    response = signed_in(surgeon).post(reverse("override", args=[assessment_of(examined).pk]), sent)

    assert_refused(response, "unknown_option", 404)


def test_a_signed_assessment_is_not_overridden(signed: Consultation, surgeon: User) -> None:
    response = signed_in(surgeon).post(reverse("override", args=[assessment_of(signed).pk]), JUDGEMENT)

    assert_refused(response, "already_signed", 409)


# -- signing and releasing -------------------------------------------------------------------------
def test_signing_asks_for_the_signed_document(examined: Consultation, surgeon: User) -> None:
    assessment = assessment_of(examined)
    response = signed_in(surgeon).post(reverse("sign", args=[assessment.pk]), follow=True)

    assert Review.objects.get(act="signed").assessment == assessment
    assert Summary.objects.filter(assessment=assessment, template_version__startswith="signed").exists()
    assert "Signed by Nadia Okafor" in text_of(response)


def test_an_assessment_is_signed_once(signed: Consultation, surgeon: User) -> None:
    response = signed_in(surgeon).post(reverse("sign", args=[assessment_of(signed).pk]))

    assert_refused(response, "already_signed", 409)


def test_an_assessment_that_was_superseded_is_not_signed(examined: Consultation, surgeon: User) -> None:
    older = assessment_of(examined)
    submit_response(open_findings(examined, surgeon), user=surgeon)
    response = signed_in(surgeon).post(reverse("sign", args=[older.pk]))

    assert_refused(response, "assessment_superseded", 409)


def test_nothing_is_signed_while_an_emergency_is_open(emergency: Consultation, surgeon: User) -> None:
    for act in ("sign", "release", "override"):
        response = signed_in(surgeon).post(reverse(act, args=[assessment_of(emergency).pk]), JUDGEMENT)
        assert_refused(response, "not_signed" if act == "release" else "emergency_open", 409)
    assert not Review.objects.exists()


def test_releasing_comes_after_signing(examined: Consultation, surgeon: User) -> None:
    browser, assessment = signed_in(surgeon), assessment_of(examined)
    assert_refused(browser.post(reverse("release", args=[assessment.pk])), "not_signed", 409)

    browser.post(reverse("sign", args=[assessment.pk]))
    response = browser.post(reverse("release", args=[assessment.pk]), follow=True)
    assert "Released to the patient by Nadia Okafor" in text_of(response)
    assert Summary.objects.filter(assessment=assessment, audience="patient").count() == 1


def test_an_assessment_is_released_once(released: Consultation, surgeon: User) -> None:
    response = signed_in(surgeon).post(reverse("release", args=[assessment_of(released).pk]))

    assert_refused(response, "already_released", 409)


def test_what_is_hidden_for_a_reason_is_not_in_the_patients_document(
    signed: Consultation, surgeon: User
) -> None:
    assessment = assessment_of(signed)
    sent = {
        "hide": ["endoscopic_discectomy"],
        "why-endoscopic_discectomy": " Not offered – in this clinic. ",
        "hide-figures": ["blood_loss"],
        "why-figures-blood_loss": "Too uncertain to be of use.",
    }
    response = signed_in(surgeon).post(reverse("release", args=[assessment.pk]), sent, follow=True)

    assert "Not shown to the patient: Not offered – in this clinic." in text_of(response)
    acts = Review.objects.filter(assessment=assessment, act__endswith="_hidden").order_by("act")
    assert [(one.act, one.subject, one.words) for one in acts] == [
        ("figures_hidden", "blood_loss", "Too uncertain to be of use."),
        ("option_hidden", "endoscopic_discectomy", "Not offered – in this clinic."),
    ]
    document = patient_document(summary_inputs(assessment))
    assert "endoscopic_discectomy" not in {option.id for option in document.options}
    outcomes = [row.outcome for row in document.outcomes]
    assert "blood_loss" not in outcomes
    for option in document.options:
        assert [estimate.outcome for estimate in option.estimates] == outcomes


@pytest.mark.parametrize(
    ("sent", "code", "status"),
    [
        ({"hide": ["acdf"]}, "reason_missing", 422),
        ({"hide": ["acdf"], "why-acdf": "  "}, "reason_missing", 422),
        ({"hide-figures": ["infection"]}, "reason_missing", 422),
        ({"hide": ["leeches"], "why-leeches": "Why not."}, "unknown_option", 404),
        ({"hide-figures": ["luck"], "why-figures-luck": "Why not."}, "unknown_outcome", 404),
    ],
)
def test_nothing_is_hidden_without_a_reason_and_nothing_is_released_then(
    signed: Consultation, surgeon: User, sent: dict[str, Any], code: str, status: int
) -> None:
    response = signed_in(surgeon).post(reverse("release", args=[assessment_of(signed).pk]), sent)

    assert_refused(response, code, status)
    assert not Review.objects.filter(act__in=["released", "option_hidden", "figures_hidden"]).exists()


def test_something_is_always_left_to_see(signed: Consultation, surgeon: User) -> None:
    options = [option["id"] for option in signed.release.document["options"]]
    sent = {"hide": options} | {f"why-{option}": "Nothing suits." for option in options}
    response = signed_in(surgeon).post(reverse("release", args=[assessment_of(signed).pk]), sent)

    assert_refused(response, "nothing_left", 422)


# -- adding after signing --------------------------------------------------------------------------
def test_an_addendum_stands_beside_what_was_signed_and_supersedes_older_documents(
    signed: Consultation, surgeon: User
) -> None:
    assessment, browser = assessment_of(signed), signed_in(surgeon)
    address = reverse("addendum", args=[assessment.pk])
    for words in ("Telephoned – MRI of 3 May seen.", "Zażółć 🦴"):
        response = browser.post(address, {"words": f" {words} "}, follow=True)
        assert words in text_of(response)

    assert Review.objects.filter(assessment=assessment, act="addendum").count() == 2
    editions = Summary.objects.filter(assessment=assessment, audience="surgeon").order_by("requested_at")
    assert [summary.template_version.rpartition("-")[0] for summary in editions][-3:] == [
        "signed",
        "amended1",
        "amended2",
    ]
    assert response.context["documents"][0].edition == "with what was added"
    superseded = [row.summary.template_version for row in response.context["earlier_documents"]]
    assert editions[0].template_version in superseded
    events = AuditEvent.objects.filter(action="assessment_addendum").order_by("number")
    signatures = [event.detail["signature_sha256"] for event in events]
    acts = Review.objects.filter(act="addendum").order_by("at")
    assert signatures == [signature_sha256(review) for review in acts]


@pytest.mark.parametrize("words", ["", " \n "])
def test_an_addendum_says_something(signed: Consultation, surgeon: User, words: str) -> None:
    response = signed_in(surgeon).post(reverse("addendum", args=[assessment_of(signed).pk]), {"words": words})
    assert_refused(response, "words_missing", 422)


def test_before_signing_there_is_nothing_to_add_to(examined: Consultation, surgeon: User) -> None:
    address = reverse("addendum", args=[assessment_of(examined).pk])
    assert_refused(signed_in(surgeon).post(address, {"words": "Late."}), "not_signed", 409)


def test_the_signature_is_said_with_its_hash(signed: Consultation, surgeon: User) -> None:
    review = Review.objects.get(act="signed")
    event = AuditEvent.objects.get(action="assessment_signed")

    assert event.detail["signature_sha256"] == signature_sha256(review)
    assert signature_sha256(review) in text_of(signed_in(surgeon).get(sheet_of(signed)))


@pytest.mark.parametrize("act", ["override", "sign", "release", "addendum"])
def test_a_coordinator_reviews_nothing(examined: Consultation, coordinator: User, act: str) -> None:
    browser = signed_in(coordinator)
    page = browser.get(sheet_of(examined)).content.decode()
    address = reverse(act, args=[assessment_of(examined).pk])

    assert address not in page
    assert_refused(browser.post(address, JUDGEMENT), "not_permitted", 403)
    assert not Review.objects.filter(act__in=["overridden", "signed", "released"]).exists()


# -- the patient's link ----------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["surgeon", "coordinator"])
def test_a_new_link_is_shown_once_and_ends_the_older_ones(
    consultation: Consultation, cast: Any, role: str
) -> None:
    older = Invitation.objects.get(response=consultation.response)
    browser = signed_in(getattr(cast, role))
    response = browser.post(reverse("new_link", args=[consultation.pk]))

    address = response.context["address"]
    older.refresh_from_db()
    assert response.status_code == 200
    assert older.revoked_at is not None
    assert Client().get(address.removeprefix("http://testserver")).status_code == 200
    assert address not in browser.get(sheet_of(consultation)).content.decode()
    assert "no-store" in response["Cache-Control"]


# -- documents -------------------------------------------------------------------------------------
def test_a_failed_document_is_made_again_when_a_person_asks(
    submitted: Consultation, coordinator: User
) -> None:
    summary = Summary.objects.filter(assessment__consultation=submitted)[0]
    Summary.objects.filter(pk=summary.pk).update(
        status="failed", failure="out_of_attempts", claim=5, attempts=5
    )
    browser = signed_in(coordinator)
    assert "<code>out_of_attempts</code>" in browser.get(sheet_of(submitted)).content.decode()

    browser.post(reverse("retry_document", args=[summary.pk]))
    summary.refresh_from_db()
    assert (summary.status, summary.attempts, summary.failure) == ("requested", 0, "")


def test_a_document_that_has_not_failed_is_not_made_again(submitted: Consultation, surgeon: User) -> None:
    summary = Summary.objects.filter(assessment__consultation=submitted)[0]

    assert_refused(signed_in(surgeon).post(reverse("retry_document", args=[summary.pk])), "not_failed", 409)


# -- everything ------------------------------------------------------------------------------------
def addresses_of(consultation: Consultation) -> list[str]:
    assessment = assessment_of(consultation)
    summary = Summary.objects.filter(assessment=assessment)[0]
    alert = Alert.objects.filter(consultation=consultation)[0]
    return [
        reverse("sheet", args=[consultation.pk]),
        reverse("findings", args=[consultation.pk]),
        reverse("documents", args=[consultation.pk]),
        reverse("new_link", args=[consultation.pk]),
        reverse("acknowledge", args=[alert.pk]),
        *(reverse(act, args=[assessment.pk]) for act in ("override", "sign", "release", "addendum")),
        reverse("what_if", args=[consultation.pk]),
        reverse("document", args=[summary.pk]),
        reverse("retry_document", args=[summary.pk]),
    ]


def test_for_another_clinic_nothing_of_it_exists(emergency: Consultation, stranger: User) -> None:
    before = list(Review.objects.all()), Invitation.objects.count()
    browser = signed_in(stranger)
    for address in addresses_of(emergency):
        if "/documents/" not in address or "/retry/" in address:
            assert browser.post(address, JUDGEMENT | {"action": "x"}).status_code in (404, 405), address
        answer = browser.get(address, headers={"HX-Request": "true"})
        assert answer.status_code == 404, address
        assert "T-1" not in answer.content.decode()
    assert (list(Review.objects.all()), Invitation.objects.count()) == before
    assert open_alert_of(emergency)


def test_who_is_not_signed_in_is_led_to_sign_in_and_changes_nothing(emergency: Consultation) -> None:
    for address in addresses_of(emergency):
        response = Client().post(address, JUDGEMENT | {"action": "x"})
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))
    assert open_alert_of(emergency)


def test_an_act_that_is_only_opened_changes_nothing_and_leads_to_the_sheet(
    emergency: Consultation, surgeon: User
) -> None:
    for address in addresses_of(emergency)[3:8]:
        response = signed_in(surgeon).get(address)
        assert response.status_code == 302
        assert response["Location"].startswith(sheet_of(emergency))
    assert open_alert_of(emergency)
