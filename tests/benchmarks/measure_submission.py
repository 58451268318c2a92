"""Measures what a patient and a worker wait for: an answer saved, a form submitted, a document made."""

from tests.benchmarks.measuring import measure, migrated_database

TIMES = 41


def main() -> None:
    """Take synthetic patients through answering, submitting and rendering."""
    # Models can be imported only when Django has been set up.
    from django.utils import timezone

    from config.demonstration import answers_from_facts, bring_to_stage, fill_in, open_clinic, publish_pack
    from decision_aid.models import Consultation, Summary
    from decision_aid.packs import read_pack
    from decision_aid.services.planning import plan_consultation
    from decision_aid.services.summarising import render_summary
    from questionnaires.definition.facts import read_facts
    from questionnaires.definition.visibility import shown_questions
    from questionnaires.models import Patient
    from questionnaires.services.answering import give_consent, save_answers, submit_response

    cast = open_clinic("bench", "Bench Clinic", "a password of the bench")
    release = publish_pack(cast, read_pack("spine"))
    cases = release.document["golden_cases"]

    def consultation(number: int) -> Consultation:
        patient = Patient.objects.create(
            clinic=cast.clinic, number=str(number), given_name="A", family_name="B", birth_date="1960-01-01"
        )
        return plan_consultation(
            release, patient, cast.surgeon, timezone.now(), place="Room 4", by=cast.coordinator
        )

    facts = cases[0]["facts"]
    answering = consultation(0).response
    give_consent(answering)
    definition = answering.version.definition
    known = {code: value for code, value in facts.items() if code in definition.types}
    answers = answers_from_facts(definition, read_facts(known, definition.types))
    measure(
        "save one answer",
        lambda code: save_answers(answering, {code: answers[code]}, revision=None, user=None),
        [code for code in shown_questions(definition, answers) if code in answers][:TIMES],
    )

    filled = [consultation(number).response for number in range(1, TIMES + 1)]
    for position, response in enumerate(filled):
        fill_in(response, cases[position % len(cases)]["facts"])
    measure(
        "submit: check, score, flag, ask for PDFs",
        lambda response: submit_response(response, user=None),
        filled,
    )

    for audience in (Summary.Audience.SURGEON, Summary.Audience.ANSWERS):
        asked = Summary.objects.filter(audience=audience).values_list("pk", flat=True)
        measure(f"render the {audience} document", render_summary, list(asked))

    released = [consultation(number) for number in range(TIMES + 1, 2 * TIMES)]
    measure(
        "one whole journey, without rendering",
        lambda one: bring_to_stage(one, facts, "released"),
        released[: TIMES // 4],
    )
    asked = Summary.objects.filter(audience=Summary.Audience.PATIENT).values_list("pk", flat=True)
    measure("render the patient document", render_summary, list(asked))


if __name__ == "__main__":
    with migrated_database():
        main()
