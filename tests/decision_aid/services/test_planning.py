"""A consultation is planned inside one clinic, for one of its surgeons."""

from datetime import UTC, datetime

import pytest

from config.demonstration import Cast
from decision_aid.models import Consultation, DecisionAidVersion
from decision_aid.services.planning import plan_consultation
from questionnaires.models import AuditEvent, Patient
from questionnaires.services.refusals import Refused
from tests.cast import new_patient

WHEN = datetime(2030, 3, 1, 9, tzinfo=UTC)


def test_it_opens_an_empty_form_of_the_release(
    release: DecisionAidVersion, patient: Patient, cast: Cast
) -> None:
    planned = plan_consultation(release, patient, cast.surgeon, WHEN, place="Room 4", by=cast.coordinator)
    assert (planned.response.version, planned.response.answers) == (release.intake, {})
    assert (planned.clinic, planned.findings) == (cast.clinic, None)
    event = AuditEvent.objects.get(action="consultation_planned")
    assert (event.user, event.record_id) == (cast.coordinator, str(planned.pk))


@pytest.mark.parametrize("role", ["author", "approver"])
def test_not_everybody_plans(release: DecisionAidVersion, patient: Patient, cast: Cast, role: str) -> None:
    with pytest.raises(Refused) as refused:
        plan_consultation(release, patient, cast.surgeon, WHEN, by=getattr(cast, role))
    assert (refused.value.code, refused.value.status) == ("not_permitted", 403)


def test_the_surgeon_must_be_one_of_the_clinic(
    release: DecisionAidVersion, patient: Patient, cast: Cast, other_cast: Cast
) -> None:
    for nobody in (cast.coordinator, other_cast.surgeon):
        with pytest.raises(Refused) as refused:
            plan_consultation(release, patient, nobody, WHEN)
        assert (refused.value.code, refused.value.status) == ("not_a_surgeon", 422)


@pytest.mark.parametrize(
    "when", [datetime(1999, 12, 31, 23, 59, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)]
)
def test_an_appointment_is_of_this_century(
    release: DecisionAidVersion, patient: Patient, cast: Cast, when: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        plan_consultation(release, patient, cast.surgeon, when, by=cast.coordinator)
    assert (refused.value.code, refused.value.status) == ("appointment_out_of_range", 422)


def test_patient_and_release_must_be_of_one_clinic(
    release: DecisionAidVersion, other_release: DecisionAidVersion, cast: Cast, other_cast: Cast
) -> None:
    with pytest.raises(Refused) as refused:
        plan_consultation(other_release, new_patient(cast.clinic, "P-1"), cast.surgeon, WHEN)
    assert (refused.value.code, refused.value.status) == ("other_clinic", 404)
    assert not Consultation.objects.exists()
