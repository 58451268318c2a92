"""Who enters the administration, and what of which clinic they find there."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import DjangoAssertNumQueries

from config.demonstration import Cast
from decision_aid.models import DecisionAidVersion, Estimate, Source
from questionnaires.models import AuditEvent, Membership, Patient, Question, Questionnaire, Section, User
from tests.admin_forms import address, edit, fields_of
from tests.cast import new_patient, signed_in

INDEX = "/administration/"


def test_its_sign_in_is_that_of_the_pages(db: None) -> None:
    door = Client().get(INDEX, follow=True)
    assert door.redirect_chain[-1][0].startswith(reverse("account_login"))
    assert Client().post(reverse("admin:login"), {"username": "x", "password": "y"}).status_code == 302


@pytest.mark.parametrize("role", ["surgeon", "coordinator"])
def test_who_has_nothing_to_do_there_does_not_enter(cast: Cast, role: str) -> None:
    assert signed_in(getattr(cast, role)).get(INDEX, follow=True).status_code == 403


@pytest.mark.parametrize("role", ["author", "approver", "administrator"])
def test_the_office_enters(cast: Cast, role: str) -> None:
    assert signed_in(getattr(cast, role)).get(INDEX).status_code == 200


def test_a_page_costs_few_queries(
    cast: Cast, release: DecisionAidVersion, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(cast.author)
    changelist = reverse("admin:decision_aid_source_changelist")
    for page, queries in ((INDEX, 6), (changelist, 16), (address(Source.objects.all()[0]), 16)):
        with django_assert_max_num_queries(queries):
            assert client.get(page).status_code == 200


def test_a_superuser_without_a_role_finds_nothing(release: DecisionAidVersion) -> None:
    nobody = User.objects.create_superuser("root@northfield.example")
    Authenticator.objects.create(user=nobody, type=Authenticator.Type.TOTP, data={})
    client = signed_in(nobody)
    assert client.get(INDEX).status_code == 200
    for model in admin.site._registry:
        listed = client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
        assert listed.status_code == 403, model
    assert client.get(address(release)).status_code == 403


@pytest.fixture
def foreign_rows(
    other_release: DecisionAidVersion, other_cast: Cast
) -> list[Questionnaire | Section | Question | Source | Estimate | DecisionAidVersion]:
    aid = other_release.aid
    return [
        aid.intake,
        Section.objects.filter(questionnaire=aid.intake)[0],
        Question.objects.filter(section__questionnaire=aid.intake)[0],
        Source.objects.filter(aid=aid)[0],
        Estimate.objects.filter(option__aid=aid)[0],
        other_release,
    ]


def test_another_clinics_rows_do_not_exist(
    cast: Cast,
    foreign_rows: list[Questionnaire | Section | Question | Source | Estimate | DecisionAidVersion],
) -> None:
    client = signed_in(cast.author)
    for row in foreign_rows:
        for page in ("change", "delete", "history"):
            refused = client.get(address(row, page))
            assert (refused.status_code, refused.headers.get("Location")) in {(302, INDEX), (403, None)}


def test_nothing_of_another_clinic_can_be_published(cast: Cast, other_release: DecisionAidVersion) -> None:
    for row in (other_release.aid, other_release.intake.questionnaire):
        client = signed_in(cast.approver)
        assert client.get(address(row, "publish")).status_code == 403
        assert client.post(address(row, "publish"), {"reason": "Ours."}).status_code == 403


def test_the_lists_and_their_filters_name_no_other_clinic(
    cast: Cast, release: DecisionAidVersion, other_release: DecisionAidVersion
) -> None:
    Questionnaire.objects.filter(clinic=other_release.aid.clinic).update(title="ZZ-CANARY")
    type(other_release.aid).objects.filter(pk=other_release.aid_id).update(title="ZZ-CANARY")
    other_release.aid.options.update(title="ZZ-CANARY")
    new_patient(other_release.aid.clinic, "ZZ-CANARY")
    User.objects.filter(pk=other_release.author_id).update(last_name="ZZ-CANARY")
    for role in ("author", "administrator"):
        client = signed_in(getattr(cast, role))
        for model in admin.site._registry:
            name = f"{model._meta.app_label}_{model._meta.model_name}"
            for page in ("changelist", "add"):
                assert b"ZZ-CANARY" not in client.get(reverse(f"admin:{name}_{page}")).content, name


def test_a_form_offers_rows_of_the_own_clinic_only(
    cast: Cast, release: DecisionAidVersion, other_release: DecisionAidVersion
) -> None:
    client = signed_in(cast.author)
    for name, field, own in (
        ("questionnaires_section", "questionnaire", Questionnaire.objects.filter(clinic=cast.clinic)),
        ("decision_aid_decisionaid", "intake", Questionnaire.objects.filter(clinic=cast.clinic)),
        ("decision_aid_decisionaid", "clinic", type(cast.clinic).objects.filter(pk=cast.clinic.pk)),
        ("decision_aid_scale", "aid", type(release.aid).objects.filter(pk=release.aid_id)),
        ("decision_aid_estimate", "option", release.aid.options.all()),
    ):
        form = client.get(reverse(f"admin:{name}_add")).context["adminform"].form
        assert set(form.fields[field].queryset) == set(own), (name, field)


def test_a_row_cannot_be_moved_to_another_clinic(
    cast: Cast, release: DecisionAidVersion, other_release: DecisionAidVersion
) -> None:
    section = Section.objects.filter(questionnaire=release.aid.intake)[0]
    refused = edit(signed_in(cast.author), section, questionnaire=str(other_release.aid.intake_id))
    assert refused.status_code == 200
    section.refresh_from_db()
    assert section.questionnaire == release.aid.intake


def test_an_administrator_gives_roles_in_the_own_clinic_only(cast: Cast, other_cast: Cast) -> None:
    Membership.objects.create(user=cast.administrator, clinic=other_cast.clinic, role="author")
    client = signed_in(cast.administrator)
    page = client.get(address(cast.coordinator))
    fields = fields_of(page) | {
        "memberships-TOTAL_FORMS": "2",
        "memberships-1-clinic": str(other_cast.clinic.pk),
        "memberships-1-role": "administrator",
    }
    assert client.post(address(cast.coordinator), fields).status_code == 200
    assert not Membership.objects.filter(user=cast.coordinator, clinic=other_cast.clinic).exists()


def test_an_administrator_cannot_change_somebody_who_also_works_elsewhere(
    cast: Cast, other_cast: Cast
) -> None:
    Membership.objects.create(user=cast.surgeon, clinic=other_cast.clinic, role="surgeon")
    client = signed_in(cast.administrator)
    assert client.post(address(cast.surgeon), {"email": "taken@northfield.example"}).status_code == 403


def test_nobody_makes_a_superuser(cast: Cast) -> None:
    edit(signed_in(cast.administrator), cast.coordinator, is_superuser="on")
    cast.coordinator.refresh_from_db()
    assert not cast.coordinator.is_superuser


def test_a_new_account_belongs_to_the_clinic_and_may_nothing_in_the_office(cast: Cast) -> None:
    client = signed_in(cast.administrator)
    add = reverse("admin:questionnaires_user_add")
    fields = fields_of(client.get(add)) | {
        "email": "new@northfield.example",
    }
    assert client.post(add, fields).status_code == 302
    made = User.objects.get(email="new@northfield.example")
    assert [(row.clinic, row.role) for row in made.memberships.all()] == [(cast.clinic, "coordinator")]
    assert not made.is_staff
    assert not made.has_usable_password()


def test_nobody_can_set_the_password_of_somebody_else(cast: Cast) -> None:
    client = signed_in(cast.administrator)
    before = cast.surgeon.password
    edit(client, cast.surgeon, password="x" * 20, password1="x" * 20, password2="x" * 20)
    cast.surgeon.refresh_from_db()
    assert cast.surgeon.password == before
    with pytest.raises(NoReverseMatch):
        reverse("admin:auth_user_password_change", args=[cast.surgeon.pk])


def test_a_new_member_sets_the_first_password_by_mail(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    cast.coordinator.set_unusable_password()
    cast.coordinator.save()
    Client().post(reverse("account_reset_password"), {"email": cast.coordinator.email})
    assert [(mail.to, "/accounts/password/reset/key/" in mail.body) for mail in mailoutbox] == [
        ([cast.coordinator.email], True)
    ]


def test_an_administrator_keeps_the_patients_and_every_change_is_recorded(cast: Cast) -> None:
    client = signed_in(cast.administrator)
    add = reverse("admin:questionnaires_patient_add")
    fields = fields_of(client.get(add)) | {
        "clinic": str(cast.clinic.pk),
        "number": "A-1",
        "given_name": "Łucja",
        "family_name": "O’Hara",
        "birth_date": "1970-02-28",
    }
    assert client.post(add, fields).status_code == 302
    patient = Patient.objects.get(number="A-1")
    assert edit(client, patient, phone="07700 900 123").status_code == 302
    events = AuditEvent.objects.filter(record_id=str(patient.pk), user=cast.administrator)
    assert [(event.action, event.detail) for event in events] == [
        ("row_added", {}),
        ("patient_read", {}),  # the page on which it was changed
        ("row_changed", {}),
    ]
