"""The staff's page of an invitation: by mail, letter or tablet, again, and not any more."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import typst
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from decision_aid.models import Consultation
from decision_aid.summaries import rendering
from questionnaires.models import (
    AuditEvent,
    Clinic,
    Invitation,
    Message,
    Patient,
    QuestionnaireResponse,
    User,
)
from questionnaires.services.inviting import find_invitation
from questionnaires.services.mailing import due_messages, send_message
from questionnaires.services.refusals import Refused
from questionnaires.services.visiting import TABLET_IDLE_SECONDS
from tests.cast import Visit, fill, signed_in, visiting

BORN = {"day": "28", "month": "2", "year": "1970"}


@pytest.fixture
def address(consultation: Consultation) -> str:
    return reverse("invitation", args=[consultation.pk])


@pytest.fixture
def desk(coordinator: User) -> Client:
    return signed_in(coordinator)


def test_it_shows_who_when_where_and_every_link(desk: Client, address: str, surgeon: User) -> None:
    page = desk.get(address).content.decode()
    for words in (str(surgeon), "Room 4", "as a link, given by staff", "works until"):
        assert words in page
    assert "no-store" in desk.get(address)["Cache-Control"]


def test_an_invitation_goes_by_mail(desk: Client, address: str, patient: Patient) -> None:
    assert desk.post(address, {"act": "email"}, follow=True).status_code == 200
    for message_id in due_messages(timezone.now()):
        send_message(message_id)
    assert mail.outbox[0].to == [patient.email]
    assert "sent" in desk.get(address).content.decode()


def test_a_link_is_shown_once_with_its_picture(desk: Client, address: str, visit: Visit) -> None:
    page = desk.post(address, {"act": "screen"}).content.decode()
    token = re.search(r"/l/([\w-]{32})/", page)
    assert token
    assert find_invitation(token[1]).channel == Invitation.Channel.LINK
    assert "<svg" in page
    assert "style=" not in page
    with pytest.raises(Refused, match="link_revoked"):
        find_invitation(visit.token)
    assert token[1] not in desk.get(address).content.decode()


def test_the_letter_is_a_pdf_whose_link_opens_the_form_and_that_is_kept_nowhere(
    desk: Client, consultation: Consultation, visit: Visit, place: Path
) -> None:
    files = sorted(place.rglob("*"))
    letter = desk.post(reverse("letter", args=[consultation.pk]))

    assert letter["Content-Type"] == "application/pdf"
    assert letter["Content-Disposition"] == 'inline; filename="candor-letter.pdf"'
    assert "no-store" in letter["Cache-Control"]
    words = "".join(page.extract_text() for page in PdfReader(BytesIO(letter.content)).pages)
    token = re.search(r"/l/\s*([a-z2-9]{5}(?:-[a-z2-9]{5,6}){4})/", words)
    assert token
    assert find_invitation(token[1]).channel == Invitation.Channel.LETTER
    assert Client().get(f"/l/{token[1]}/").status_code == 200
    with pytest.raises(Refused, match="link_revoked"):
        find_invitation(visit.token)
    assert sorted(place.rglob("*")) == files
    assert token[1] not in repr(list(AuditEvent.objects.values_list("detail", flat=True)))


def test_a_letter_is_made_by_a_press_and_not_by_looking(
    desk: Client, consultation: Consultation, address: str
) -> None:
    made = Invitation.objects.count()

    assert desk.get(reverse("letter", args=[consultation.pk]))["Location"] == address
    assert Invitation.objects.count() == made


class BrokenEngine:
    """A typst that refuses whatever it is given."""

    def __init__(self, **_: object) -> None: ...

    def compile(self, **_: object) -> bytes:
        raise typst.TypstError("unexpected end of block", "")


@pytest.fixture
def broken_engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(typst, "Compiler", BrokenEngine)
    rendering._compiler.cache_clear()
    yield
    rendering._compiler.cache_clear()


@pytest.mark.usefixtures("broken_engine")
def test_where_the_letter_cannot_be_made_the_link_is_shown(desk: Client, consultation: Consultation) -> None:
    page = desk.post(reverse("letter", args=[consultation.pk])).content.decode()

    assert "The letter could not be made" in page
    assert find_invitation(re.findall(r"/l/([\w-]{30})/", page)[0]).channel == Invitation.Channel.LETTER


def test_every_link_is_stopped_at_once(desk: Client, address: str, visit: Visit) -> None:
    patient = visiting(visit)
    desk.post(address, {"act": "revoke"})
    assert patient.get(reverse("consent")).status_code == 403
    assert not Message.objects.filter(status="waiting", kind="reminder").exists()


def test_a_code_told_by_telephone_lets_the_patient_go_on(desk: Client, address: str, visit: Visit) -> None:
    fill(visit.consultation.response, {"age_years": 50})
    page = desk.post(address, {"act": "code"}).content.decode()
    digits = re.search(r"<strong>(\d{6})</strong>", page)
    assert digits
    patient = Client()
    patient.post(f"/l/{visit.token}/")
    patient.post("/visit/birth-date/", BORN)
    assert patient.post("/visit/code/", {"digits": digits[1]})["Location"] == reverse("visit")


def test_an_unknown_button_is_refused(desk: Client, address: str) -> None:
    assert desk.post(address, {"act": "delete"}).status_code == 422


def test_other_roles_and_other_clinics_find_nothing(
    address: str, author: User, administrator: User, stranger: User
) -> None:
    for nobody in (author, administrator, stranger):
        assert signed_in(nobody).post(address, {"act": "revoke"}).status_code == 404


# ── On a tablet of the clinic ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def tablet(desk: Client, address: str) -> Client:
    """The coordinator's tablet, handed to the patient."""
    answer = desk.post(address, {"act": "tablet"})
    assert answer["Location"] == reverse("birth_date")
    return desk


def test_the_staff_are_signed_out_and_the_birth_date_is_asked(tablet: Client) -> None:
    assert tablet.get(reverse("worklist"))["Location"].startswith(reverse("account_login"))
    assert tablet.get(reverse("visit"))["Location"] == reverse("birth_date")
    tablet.post(reverse("birth_date"), BORN)
    assert tablet.get(reverse("consent")).status_code == 200


def test_other_links_go_on_working(tablet: Client, visit: Visit) -> None:
    assert find_invitation(visit.token).response == visit.consultation.response


def test_it_goes_by_itself_when_nobody_touches_it(tablet: Client) -> None:
    tablet.post(reverse("birth_date"), BORN)
    for name in ("birth_date", "consent"):
        page = tablet.get(reverse(name), follow=True).content.decode()
        refresh = f'<meta http-equiv="refresh" content="{TABLET_IDLE_SECONDS}; url={reverse("tablet_over")}">'
        assert f"<noscript>{refresh}</noscript>" in page
        assert f'data-idle="{TABLET_IDLE_SECONDS}"' in page
    over = tablet.get(reverse("tablet_over"))
    assert "hand the tablet back" in over.content.decode()
    assert tablet.get(reverse("consent")).status_code == 403


def test_a_visit_that_nobody_touched_is_over_on_the_server_too(tablet: Client) -> None:
    tablet.post(reverse("birth_date"), BORN)
    session = tablet.session
    session["visit_seen"] -= TABLET_IDLE_SECONDS
    session.save()
    assert tablet.get(reverse("consent")).status_code == 403


def test_leaving_forgets_session_cookies_and_cache(tablet: Client, clinic: Clinic) -> None:
    tablet.post(reverse("birth_date"), BORN)
    page = tablet.post(reverse("leave"))
    assert page["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    words = page.content.decode()
    assert "hand the tablet back" in words
    assert clinic.name not in words
    assert tablet.get(reverse("consent")).status_code == 403


def test_it_keeps_no_cookie_for_coming_back(tablet: Client, consultation: Consultation) -> None:
    tablet.post(reverse("birth_date"), BORN)
    tablet.post(reverse("consent"), {"answered_by": "patient"})
    assert settings.DEVICE_COOKIE_NAME not in tablet.cookies


def test_sending_the_form_ends_it(
    tablet: Client, consultation: Consultation, golden: Callable[[str], dict[str, Any]]
) -> None:
    tablet.post(reverse("birth_date"), BORN)
    fill(consultation.response, golden("typical_disc"))
    consultation.response.refresh_from_db()
    sent = tablet.post(reverse("check_answers"), {"revision": consultation.response.revision})
    assert sent["Location"] == reverse("thank_you")
    page = tablet.get(reverse("thank_you"))
    assert "hand the tablet back" in page.content.decode()
    assert "cookies" in page["Clear-Site-Data"]
    assert tablet.get(reverse("thank_you")).status_code == 403


def test_the_appointment_is_on_the_first_page_the_list_and_the_last(
    visit: Visit, surgeon: User, golden: Callable[[str], dict[str, Any]]
) -> None:
    patient = visiting(visit)
    response = visit.consultation.response

    def tells(name: str) -> bool:
        words = patient.get(reverse(name)).content.decode()
        return all(part in words for part in (str(surgeon), "Room 4", "Your appointment"))

    assert tells("consent")
    patient.post(reverse("consent"), {"answered_by": "patient"})
    assert tells("visit")
    fill(response, golden("typical_disc"))
    patient.post(reverse("check_answers"), {"revision": response.revision})
    assert QuestionnaireResponse.objects.get(pk=response.pk).status == "submitted"
    assert tells("thank_you")
