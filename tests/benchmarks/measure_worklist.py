"""Measures the worklist by each filter, and the sheet, among 100,000 consultations."""

import os
import sys
from datetime import timedelta
from itertools import cycle, islice
from typing import TYPE_CHECKING

from tests.benchmarks.measuring import measure, migrated_database

if TYPE_CHECKING:
    from config.demonstration import Cast
    from decision_aid.models import Consultation, DecisionAidVersion

# Models can be imported only when Django has been set up, so each function imports its own.

# A database named in DATABASE_URL is filled with them, or asked as it is where they are there already.
CONSULTATIONS = int(os.environ.get("CANDOR_BENCH_CONSULTATIONS", "100000"))
TIMES = 41
WITH_ANSWERS = 30
DAYS_PAST, DAYS_TO_COME = 700, 60
BATCH = 5000
FAMILY_NAMES = ("Zażółć", "Okafor", "Lindqvist", "Ångström", "O’Neill", "Haddad", "Øvergård", "Νικολάου")
GIVEN_NAMES = ("Siân", "Piotr", "Grace", "Håkon", "Leila", "Tomás", "Aoife", "Ελένη", "Edwin", "Priya")
STAGES_TO_COME = ("invited", "invited", "answering", "submitted", "signed", "released")
STAGES_PAST = ("released", "released", "released", "signed", "submitted", "invited")
TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def fill(cast: "Cast", release: "DecisionAidVersion") -> None:
    """Write the rows that a list reads: people, consultations, and a warning for each twentieth of them."""
    from django.utils import timezone

    from decision_aid.models import Alert, Consultation
    from questionnaires.models import Membership, Patient, QuestionnaireResponse, Role, User

    now = timezone.now()
    surgeons = [cast.surgeon]
    for number in range(19):
        surgeon = User.objects.create(email=f"s{number}@bench.example", first_name="S", last_name=str(number))
        Membership.objects.create(user=surgeon, clinic=cast.clinic, role=Role.SURGEON)
        surgeons.append(surgeon)
    options = [option["id"] for option in release.document["options"]]

    def consultation(number: int, response: QuestionnaireResponse) -> Consultation:
        days = DAYS_PAST + DAYS_TO_COME
        minutes = (number * 7919) % (days * 24 * 60) - DAYS_PAST * 24 * 60
        stage = (STAGES_TO_COME if minutes > 0 else STAGES_PAST)[number % 6]
        suits = islice(cycle(options), number % len(options), number % len(options) + 3)
        return Consultation(
            clinic=cast.clinic,
            patient=response.patient,
            release=release,
            surgeon=surgeons[number % len(surgeons)],
            scheduled_at=now + timedelta(minutes=minutes),
            response=response,
            stage=stage,
            candidates=f" {' '.join(suits)} " if stage not in ("invited", "answering") else "",
        )

    def alert(number: int, one: Consultation) -> Alert:
        closed = number % 50 > 0
        return Alert(
            clinic=cast.clinic,
            consultation=one,
            sign="a_sign",
            title="A sign",
            urgency="urgent" if number % 100 else "emergency",
            raised_at=now,
            acknowledged_at=now if closed else None,
            acknowledged_by=cast.surgeon if closed else None,
            action="Telephoned." if closed else "",
        )

    for start in range(0, CONSULTATIONS, BATCH):
        numbers = range(start, min(start + BATCH, CONSULTATIONS))
        patients = [
            Patient(
                clinic=cast.clinic,
                number=f"B-{number:06}",
                given_name=GIVEN_NAMES[number % len(GIVEN_NAMES)],
                family_name=f"{FAMILY_NAMES[number % len(FAMILY_NAMES)]} {number % 997}",
                birth_date="1960-01-01",
            )
            for number in numbers
        ]
        for patient in patients:
            patient.search = patient.searched_by
        responses = [
            QuestionnaireResponse(clinic=cast.clinic, patient=patient, version=release.intake)
            for patient in patients
        ]
        consultations = [consultation(number, one) for number, one in zip(numbers, responses, strict=True)]
        Patient.objects.bulk_create(patients)
        QuestionnaireResponse.objects.bulk_create(responses)
        Consultation.objects.bulk_create(consultations)
        Alert.objects.bulk_create(alert(number, one) for number, one in enumerate(consultations[::20]))


def answered_consultations(cast: "Cast", release: "DecisionAidVersion") -> "list[Consultation]":
    """People like the golden cases, with what they wish for and with findings."""
    from django.utils import timezone

    from config.demonstration import WISHES, bring_to_stage
    from decision_aid.models import Consultation
    from decision_aid.services.planning import plan_consultation
    from questionnaires.models import Patient

    there = list(Consultation.objects.filter(patient__number__startswith="A-"))
    if there:
        return there
    cases = release.document["golden_cases"]
    for number in range(WITH_ANSWERS):
        patient = Patient.objects.create(
            clinic=cast.clinic, number=f"A-{number}", given_name="A", family_name="B", birth_date="1960-01-01"
        )
        tomorrow = timezone.now() + timedelta(days=1)
        one = plan_consultation(release, patient, cast.surgeon, tomorrow, by=cast.coordinator)
        bring_to_stage(one, WISHES | cases[number % len(cases)]["facts"], "findings")
        there.append(one)
    return there


def main() -> None:
    """Fill a clinic, then ask for its worklist and its sheets as a browser does."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from config.demonstration import open_clinic, publish_pack
    from decision_aid.models import Consultation
    from decision_aid.packs import read_pack

    settings.ALLOWED_HOSTS = ["*"]
    cast = open_clinic("bench", "Bench Clinic", "a password of the bench")
    release = publish_pack(cast, read_pack("spine"))
    if not Consultation.objects.filter(clinic=cast.clinic).exists():
        fill(cast, release)
    answered = answered_consultations(cast, release)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    browser = Client()
    browser.force_login(cast.surgeon)
    sys.stdout.write(f"{Consultation.objects.count()} consultations on {connection.vendor}\n")

    def ask(sent: dict[str, str]) -> None:
        response = browser.post("/worklist/", sent) if "search" in sent else browser.get("/worklist/", sent)
        assert response.status_code == 200

    def open_sheet(one: Consultation) -> None:
        assert browser.get(f"/consultations/{one.pk}/").status_code == 200

    in_a_month = Consultation.objects.filter(scheduled_at__gte=timezone.now() + timedelta(days=30))
    middle = in_a_month.earliest("scheduled_at", "id")
    option = release.document["options"][3]["id"]
    for name, sent in (
        ("as it opens", {}),
        ("mine", {"whose": "mine"}),
        ("further on", {"after": f"{int(middle.scheduled_at.timestamp() * 1_000_000)}.{middle.pk}"}),
        ("one status", {"stage": "signed"}),
        ("incomplete, any day", {"stage": "incomplete", "when": "all"}),
        ("before today", {"when": "past"}),
        ("one urgency", {"urgency": "emergency"}),
        ("one treatment", {"option": option}),
        ("one treatment, any day", {"option": option, "when": "all", "whose": "mine"}),
        ("by number", {"search": "b-054321"}),
        ("by name", {"search": "haddad 12"}),
        ("by one letter", {"search": "a"}),
        ("found nobody", {"search": "nobody at all"}),
    ):
        ask(sent)
        with CaptureQueriesContext(connection) as queries:
            ask(sent)
        told = sum(not query["sql"].startswith(TRANSACTION) for query in queries)
        measure(f"worklist {name}, {told} queries", ask, [sent] * TIMES)
    with CaptureQueriesContext(connection) as queries:
        open_sheet(answered[0])
    told = sum(not query["sql"].startswith(TRANSACTION) for query in queries)
    size = len(browser.get(f"/consultations/{answered[0].pk}/").content)
    measure(f"sheet, {told} queries, {size // 1000} kB", open_sheet, [*answered, *answered])


if __name__ == "__main__":
    with migrated_database():
        main()
