"""A demonstration clinic with synthetic people, built through the same services that a clinic uses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from config.languages import PRETENDED, pretended
from decision_aid.models import Alert, Assessment, Consultation, DecisionAid, DecisionAidVersion
from decision_aid.packs import Pack
from decision_aid.selectors import current_assessment
from decision_aid.services.alerting import acknowledge_alert
from decision_aid.services.drafting import load_aid
from decision_aid.services.findings import open_findings
from decision_aid.services.planning import plan_consultation
from decision_aid.services.publishing import publish_aid
from decision_aid.services.reviewing import release_assessment, sign_assessment
from decision_aid.services.translating import aid_texts, translate_aid
from questionnaires.definition.answers import Answer, Declined, Given, Unsure, answer_making
from questionnaires.definition.facts import FactKind, FactValue, read_facts
from questionnaires.definition.schema import Definition, Question
from questionnaires.definition.visibility import shown_questions
from questionnaires.models import Clinic, Membership, Patient, QuestionnaireResponse, Role, User
from questionnaires.services.answering import give_consent, save_answers, submit_response
from questionnaires.services.translating import questionnaire_texts, translate_questionnaire


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
            "is_demonstration": True,
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
    if settings.PSEUDO_LANGUAGES:
        pretend_languages(aid, cast.author)
    return publish_aid(aid, cast.author, cast.approver, "First release, for the demonstration.")


def pretend_languages(aid: DecisionAid, author: User) -> None:
    """Translate the draft and its questionnaires into the pretended languages, as a translator would."""
    for language in PRETENDED:
        for questionnaire in (aid.intake, aid.findings):
            texts = questionnaire_texts(questionnaire)
            words = {place: pretended(text, language) for place, text in texts.items()}
            translate_questionnaire(questionnaire, language, words, author)
        words = {place: pretended(text, language) for place, text in aid_texts(aid).items()}
        translate_aid(aid, language, words, author)


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
    if question.each_a_fact and not facts.keys().isdisjoint(question.types):
        facts = dict.fromkeys(question.types, False) | dict(
            facts
        )  # nobody ticks what is no part of the story
    if answer := answer_making(question, facts):
        return answer
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
    """A synthetic patient: who, which golden case they are like, how far they have come, what they ask."""

    number: str
    given_name: str
    family_name: str
    birth_date: date
    like: str  # the id of a golden case of the spine aid
    stage: str  # invited, answering, submitted, findings, signed or released
    day: int  # days from today to the appointment
    hour: int
    asks: str = ""
    comes_for: str = ""
    hurts: tuple[str, ...] = ()

    @property
    def wishes(self) -> dict[str, Any]:
        """What matters to this person, which no golden case says because no rule reads it."""
        words = {"questions_for_surgeon": self.asks, "reason_for_visit": self.comes_for}
        told = {code: text for code, text in words.items() if text}
        return WISHES | told | ({"pain_areas": list(self.hurts)} if self.hurts else {})


WISHES = {
    "psfs_1": 3,
    "psfs_2": 4,
    "psfs_3": 2,
    "sleep_disturbed": "most_nights",
    "expected_limb_pain_12m": 2,
    "expected_return_weeks": 6,
    "value_pain_relief": 9,
    "value_quick_recovery": 6,
    "value_lasting_result": 8,
    "value_avoid_surgery": 5,
    "value_avoid_repeat": 8,
    "value_fewer_medicines": 7,
    "lives_alone": False,
}

# fmt: off
PEOPLE = (
    Person("S-1001", "Margaret", "Ashdown", date(1955, 3, 4), "typical_stenosis", "released", 0, 9,
           "Can I walk my dog again, and how soon? Who helps me at home in the first week?",
           "My legs give way after ten minutes and I have to sit. I used to walk for hours.",
           ("low_back", "left_leg", "right_leg")),
    Person("S-1002", "Samuel", "Oyelaran", date(1984, 4, 19), "typical_disc", "findings", 0, 10,
           "I drive a van for a living. When could I drive again, with and without an operation?",
           "The pain down my left leg stops me working. I cannot sit in the van.",
           ("low_back", "left_buttock", "left_leg", "left_foot")),
    Person("S-1003", "Colin", "Fairweather", date(1942, 1, 12), "stenosis_frail", "signed", 0, 11,
           "Is the anaesthetic safe with my heart?",
           "I would like to stand at the stove again."),
    Person("S-1004", "Piotr", "Zieliński", date(1984, 6, 30), "disc_cauda_equina", "submitted", 0, 14),
    Person("S-1005", "Priya", "Raman", date(1975, 6, 30), "neck_one_nerve", "findings", 1, 9,
           "Will my neck be stiff afterwards?",
           "My arm burns at night and I wake up three times.", ("neck", "right_arm")),
    Person("S-1006", "Diego", "Santamaría", date(1984, 4, 25), "disc_improving", "submitted", 1, 10),
    Person("S-1007", "Aoife", "Brennan", date(1950, 5, 8), "fracture_recent", "findings", 2, 9,
           "Should I be afraid of the next fracture?",
           "Every turn in bed hurts since my back broke."),
    Person("S-1008", "Håkon", "Lie", date(1984, 7, 17), "disc_imaging_unknown", "submitted", 2, 11),
    Person("S-1009", "Leila", "Haddad", date(1987, 2, 21), "sacroiliac_pain", "answering", 3, 9),
    Person("S-1010", "Edwin", "Achterberg", date(1984, 10, 5), "disc_smoker_six_months", "answering", 4, 10),
    Person("S-1011", "Grace", "Mwangi", date(1955, 8, 14), "typical_stenosis", "invited", 7, 9),
    Person("S-1012", "Tomás", "Arai", date(1984, 5, 29), "typical_disc", "released", -7, 15,
           "What happens if I wait three more months?",
           "I want to be able to lift my daughter."),
)
# fmt: on


def populate(cast: Cast, release: DecisionAidVersion) -> list[Consultation]:
    """Bring a dozen people, each like a golden case of the aid, to their stages. Those there are kept."""
    cases = {case["id"]: case["facts"] for case in release.document["golden_cases"]}
    consultations = []
    for person in PEOPLE:
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
            bring_to_stage(consultation, person.wishes | cases[person.like], person.stage)
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
