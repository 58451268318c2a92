"""Forms of synthetic patients, filled in as a whole and sent as every edge sends them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.demonstration import Cast
    from decision_aid.models import DecisionAidVersion
    from questionnaires.models import QuestionnaireResponse

# Models can be imported only when Django has been set up, so each function imports its own.


def filled_form(cast: "Cast", release: "DecisionAidVersion", number: int) -> "QuestionnaireResponse":
    """A new patient's form, answered like one of the golden cases and not sent yet."""
    from django.utils import timezone

    from config.demonstration import answers_from_facts
    from decision_aid.services.planning import plan_consultation
    from questionnaires.definition.facts import read_facts
    from questionnaires.definition.visibility import shown_questions
    from questionnaires.models import Patient
    from questionnaires.services.answering import give_consent, save_answers

    patient = Patient.objects.create(
        clinic=cast.clinic, number=f"S-{number}", given_name="A", family_name="B", birth_date="1960-01-01"
    )
    response = plan_consultation(
        release, patient, cast.surgeon, timezone.now(), place="Room 4", by=cast.coordinator
    ).response
    cases = release.document["golden_cases"]
    facts, definition = cases[number % len(cases)]["facts"], response.version.definition
    known = {code: value for code, value in facts.items() if code in definition.types}
    answers = answers_from_facts(definition, read_facts(known, definition.types))
    give_consent(response)
    given = {code: answers[code] for code in shown_questions(definition, answers) if code in answers}
    return save_answers(response, given, revision=None).response


def send(response: "QuestionnaireResponse") -> None:
    """Submit a filled form, and ring for its documents."""
    from questionnaires.models import QuestionnaireResponse
    from questionnaires.services.answering import submit_response
    from questionnaires.services.signals import response_received

    response_received.send(sender=QuestionnaireResponse, response=submit_response(response, user=None))
