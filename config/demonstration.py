"""A demonstration clinic with synthetic people, built through the same services that a clinic uses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from decision_aid.models import Alert, Assessment, Consultation, DecisionAid, DecisionAidVersion
from decision_aid.packs import Pack
from decision_aid.selectors import current_assessment
from decision_aid.services.alerting import acknowledge_alert
from decision_aid.services.drafting import load_aid
from decision_aid.services.findings import open_findings
from decision_aid.services.planning import plan_consultation
from decision_aid.services.publishing import publish_aid
from decision_aid.services.reviewing import release_assessment, sign_assessment
from questionnaires.definition.answers import Answer, Declined, Given, Unsure
from questionnaires.definition.facts import FactKind, FactValue, read_facts
from questionnaires.definition.schema import Definition, Question
from questionnaires.definition.visibility import shown_questions
from questionnaires.models import Clinic, Membership, Patient, QuestionnaireResponse, Role, User
from questionnaires.services.answering import give_consent, save_answers, submit_response


@dataclass(frozen=True)
class Cast:
    """The staff of one demonstration clinic."""

    clinic: Clinic
    administrator: User
    author: User
    approver: User
    surgeon: User
    coordinator: User


_STAFF = (
    ("administrator", "Ada", "Lindqvist", Role.ADMINISTRATOR),
    ("author", "Ines", "Moreau", Role.AUTHOR),
    ("approver", "Tomasz", "Wieczorek", Role.APPROVER),
    ("surgeon", "Nadia", "Okafor", Role.SURGEON),
    ("coordinator", "Ruth", "Bell", Role.COORDINATOR),
)


def open_clinic(slug: str, name: str, password: str) -> Cast:
    """Make a clinic with its staff, or return the one that is there. Every member has the same password."""
    clinic, _ = Clinic.objects.get_or_create(
        slug=slug,
        defaults={
            "name": name,
            "address": "12 Mill Lane",
            "phone": "01632 960 100",
            "emergency_phone": "999",
        },
    )
    users: dict[str, User] = {}
    for key, given_name, family_name, role in _STAFF:
        email = f"{key}@{slug}.example"
        user = User.objects.filter(email=email).first() or User.objects.create_user(
            email, password, first_name=given_name, last_name=family_name
        )
        if role in (Role.ADMINISTRATOR, Role.AUTHOR, Role.APPROVER) and not user.is_staff:
            user.is_staff = True
            user.save(update_fields=["is_staff"])
        Membership.objects.get_or_create(user=user, clinic=clinic, role=role)
        users[key] = user
    return Cast(clinic, **users)


def publish_pack(cast: Cast, pack: Pack) -> DecisionAidVersion:
    """Load a pack into draft rows and release it, or return the release that is there."""
    aid = DecisionAid.objects.filter(clinic=cast.clinic, code=pack.aid["aid"]).first()
    if aid is not None and (release := aid.releases.first()) is not None:
        return release
    aid = load_aid(cast.clinic, pack, cast.author)
    return publish_aid(aid, cast.author, cast.approver, "First release, for the demonstration.")


def answers_from_facts(definition: Definition, facts: Mapping[str, FactValue]) -> dict[str, Answer]:
    """Answer a form as a person with these facts would: what they do not know, they say so."""
    answers: dict[str, Answer] = {}
    while True:
        waiting = [code for code in shown_questions(definition, answers) if code not in answers]
        answered = {
            code: answer
            for code in waiting
            if (answer := _answer(definition.question(code), facts)) is not None
        }
        if not answered:
            return answers
        answers |= answered


def _answer(question: Question, facts: Mapping[str, FactValue]) -> Answer | None:
    if question.code in facts:
        return Given(facts[question.code])
    if question.unsure:
        return Unsure()
    if question.private:
        return Declined()
    if not question.required:
        return None
    return Given(_ordinary_value(question))


def _ordinary_value(question: Question) -> FactValue:
    """An answer for a question that everyone must answer and about which the story says nothing."""
    match question.kind:
        case FactKind.BOOLEAN:
            return False
        case FactKind.CODE:
            return question.options[0].code
        case FactKind.CODES:
            return ()
        case FactKind.TEXT:
            return "—"
        case FactKind.INTEGER:
            return int(question.minimum or 0)
        case _:
            return question.minimum or 0


def fill_in(response: QuestionnaireResponse, facts: Mapping[str, Any], *, until: float = 1.0) -> None:
    """Save the answers of a person with these facts, one at a time, for a share of the form."""
    definition = response.version.definition
    known = {code: value for code, value in facts.items() if code in definition.types}
    answers = answers_from_facts(definition, read_facts(known, definition.types))
    if response.answered_by != QuestionnaireResponse.AnsweredBy.CLINICIAN:
        give_consent(response)
    codes = [code for code in shown_questions(definition, answers) if code in answers]
    for code in codes[: round(len(codes) * until)]:
        save_answers(response, {code: answers[code]}, revision=None, user=response.filled_by)


def submit(response: QuestionnaireResponse) -> None:
    """Submit a filled form and bring the row in memory up to date."""
    submit_response(response, user=response.filled_by)
    response.refresh_from_db()


def add_findings(consultation: Consultation, facts: Mapping[str, Any]) -> Assessment:
    """Enter and submit the clinician's findings; return the assessment that this makes."""
    findings = open_findings(consultation, consultation.surgeon)
    fill_in(findings, facts)
    submit(findings)
    return _current(consultation)


def _current(consultation: Consultation) -> Assessment:
    assessment = current_assessment(consultation)
    if assessment is None:
        message = f"consultation {consultation.pk} has no assessment"
        raise LookupError(message)
    return assessment


@dataclass(frozen=True)
class Person:
    """A synthetic patient: who, which golden case they are like, and how far they have come."""

    number: str
    given_name: str
    family_name: str
    birth_date: date
    stage: str  # invited, answering, submitted, findings, signed or released
    day: int  # days from today to the appointment
    hour: int


PEOPLE = (
    Person("S-1001", "Margaret", "Ashdown", date(1961, 3, 4), "released", 0, 9),
    Person("S-1002", "Samuel", "Oyelaran", date(1984, 11, 19), "signed", 0, 10),
    Person("S-1003", "Priya", "Raman", date(1979, 6, 30), "findings", 0, 11),
    Person("S-1004", "Colin", "Fairweather", date(1952, 1, 12), "submitted", 0, 14),
    Person("S-1005", "Zofia", "Nowak", date(1990, 9, 2), "submitted", 1, 9),
    Person("S-1006", "Diego", "Santamaría", date(1968, 4, 25), "submitted", 1, 10),
    Person("S-1007", "Aoife", "Brennan", date(1957, 12, 8), "submitted", 2, 9),
    Person("S-1008", "Håkon", "Lie", date(1947, 7, 17), "answering", 2, 11),
    Person("S-1009", "Leila", "Haddad", date(1995, 2, 21), "answering", 3, 9),
    Person("S-1010", "Edwin", "Achterberg", date(1973, 10, 5), "invited", 4, 10),
    Person("S-1011", "Grace", "Mwangi", date(1965, 8, 14), "invited", 7, 9),
    Person("S-1012", "Tomoko", "Arai", date(1982, 5, 29), "released", -7, 15),
)


def populate(cast: Cast, release: DecisionAidVersion) -> list[Consultation]:
    """Bring a dozen people, each like a golden case of the aid, to their stages. Those there are kept."""
    cases = list(release.document["golden_cases"])
    consultations = []
    for position, person in enumerate(PEOPLE):
        patient = Patient.objects.filter(clinic=cast.clinic, number=person.number).first()
        if patient is None:
            patient = Patient.objects.create(
                clinic=cast.clinic,
                number=person.number,
                given_name=person.given_name,
                family_name=person.family_name,
                birth_date=person.birth_date,
                email=f"{person.number.lower()}@patients.example",
                phone="07700 900 000",
            )
            consultation = plan_consultation(
                release,
                patient,
                cast.surgeon,
                _appointment(cast.clinic, person),
                place="Room 4",
                by=cast.coordinator,
            )
            bring_to_stage(consultation, cases[position % len(cases)]["facts"], person.stage)
        consultations.append(patient.consultations.get())
    return consultations


def _appointment(clinic: Clinic, person: Person) -> datetime:
    zone = ZoneInfo(clinic.time_zone)
    day = timezone.now().astimezone(zone).date() + timedelta(days=person.day)
    return datetime.combine(day, time(person.hour, 0), zone)


_STAGES = ("invited", "answering", "submitted", "findings", "signed", "released")


def bring_to_stage(consultation: Consultation, facts: Mapping[str, Any], stage: str) -> None:
    """Take a consultation through the services up to a stage."""
    reached = _STAGES.index(stage)
    surgeon = consultation.surgeon
    if reached >= _STAGES.index("answering"):
        fill_in(consultation.response, facts, until=0.5 if stage == "answering" else 1.0)
    if reached >= _STAGES.index("submitted"):
        submit(consultation.response)
    if reached >= _STAGES.index("findings"):
        assessment = add_findings(consultation, facts)
        for alert in Alert.objects.filter(consultation=consultation, acknowledged_at__isnull=True):
            acknowledge_alert(alert, surgeon, "Spoke with the patient by telephone; seen the same day.")
        if reached >= _STAGES.index("signed"):
            sign_assessment(assessment, surgeon)
        if reached >= _STAGES.index("released"):
            release_assessment(assessment, surgeon)
