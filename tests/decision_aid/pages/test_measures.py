"""The clinic in numbers, and what was judged otherwise: of the clinic, of nobody by name."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from config.demonstration import Cast
from decision_aid.models import Consultation, SheetReading
from decision_aid.selectors import clinic_measures
from decision_aid.services.reviewing import override_candidacy
from questionnaires.models import AuditEvent, User
from tests.cast import signed_in
from tests.decision_aid.pages.conftest import assessment_of, text_of


def told(consultation: Consultation, user: User, seconds: str) -> int:
    return signed_in(user).post(f"/consultations/{consultation.pk}/read/", {"seconds": seconds}).status_code


def test_seconds_are_kept_without_the_reader(examined: Consultation, surgeon: User) -> None:
    assert told(examined, surgeon, "42") == 204

    reading = SheetReading.objects.get()
    assert (reading.consultation, reading.seconds) == (examined, 42)
    assert {field.name for field in SheetReading._meta.get_fields()} == {
        "id", "clinic", "consultation", "seconds", "ended_at",
    }  # fmt: skip
    assert AuditEvent.objects.get(action="sheet_read").detail == {"seconds": 42}


@pytest.mark.parametrize("seconds", ["0", "", "-1", "901", "NaN", "1e3", "9" * 400, "٤٢x", "🦴"])
def test_no_time_and_too_long_a_time_are_not_kept(
    examined: Consultation, surgeon: User, seconds: str
) -> None:
    assert told(examined, surgeon, seconds) == 204
    assert not SheetReading.objects.exists()


def test_a_coordinators_look_is_not_measured_and_a_strangers_not_possible(
    examined: Consultation, coordinator: User, stranger: User
) -> None:
    assert told(examined, coordinator, "9") == 403
    assert told(examined, stranger, "9") == 404
    assert not SheetReading.objects.exists()


def test_the_share_reviewed_before_the_visit_and_the_seconds_are_shown(
    signed: Consultation, cast: Cast
) -> None:
    for seconds in ("20", "40", "90"):
        told(signed, cast.surgeon, seconds)
    later = timezone.now() + timedelta(days=4)

    measures = clinic_measures(cast.clinic, later)
    assert (measures.seen, measures.opened, measures.reviewed) == (1, 1, 1)
    assert (measures.readings, measures.median_seconds, measures.most_seconds) == (3, 40, 90)
    assert clinic_measures(cast.clinic, timezone.now()).seen == 0
    said = text_of(signed_in(cast.coordinator).get("/measures/"))
    assert "40 s" in said
    assert str(cast.surgeon) not in said.replace("Sign out Nadia Okafor", "")


def test_the_overrides_name_nobody(examined: Consultation, cast: Cast, stranger: User) -> None:
    words = "Siân Zażółć would not want it."
    assessment = assessment_of(examined)
    override_candidacy(assessment, "tubular_microdiscectomy", "unlikely", "preference", words, cast.surgeon)

    for user in (cast.author, cast.approver, cast.administrator, cast.surgeon):
        response = signed_in(user).get("/measures/overrides.csv")
        text = response.content.decode()
        (row,) = csv.DictReader(io.StringIO(text))
        assert (row["option"], row["computed"], row["judged"], row["reason"]) == (
            "tubular_microdiscectomy", "likely", "unlikely", "preference",
        )  # fmt: skip
        assert row["rules_that_held"]
        patient = examined.patient
        for name in (
            patient.family_name,
            patient.given_name,
            patient.number,
            words,
            "Okafor",
            str(examined.pk),
        ):
            assert name not in text
    assert AuditEvent.objects.filter(action="overrides_exported").count() == 4
    assert signed_in(cast.coordinator).get("/measures/overrides.csv").status_code == 403
    assert len(signed_in(stranger).get("/measures/overrides.csv").content.splitlines()) == 1
