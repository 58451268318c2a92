from dataclasses import replace

import pytest

from decision_aid.packs import read_pack
from decision_aid.scoring import read_ruleset, score
from decision_aid.scoring.verification import REMARKS, Finding, VerificationProblem, verify
from questionnaires.definition.expressions import parse_condition
from questionnaires.definition.facts import read_facts
from questionnaires.definition.reading import read_definition
from questionnaires.definition.schema import Definition
from tests.decision_aid.scoring.rulesets import (
    AS_OF,
    Document,
    document_with_rules,
    problems_in,
    rule,
    small_document,
)
from tests.decision_aid.scoring.spine import spine_ruleset


def findings_in(document: Document, *definitions: Definition) -> tuple[Finding, ...]:
    return verify(read_ruleset(document), definitions)


def found_in(document: Document, *definitions: Definition) -> list[tuple[str, str]]:
    return [(str(finding.code), finding.place) for finding in findings_in(document, *definitions)]


def held(document: Document, finding: Finding) -> object:
    """What the rule that a finding is about holds for the person who shows it."""
    ruleset = read_ruleset(document)
    report = score(ruleset, read_facts(finding.example, ruleset.types), AS_OF).document
    _, option, _, position, _ = finding.place.split("/")
    options: Document = report  # type: ignore[assignment]  # a report's document is JSON
    return options["options"][int(option)]["ledger"][int(position)]["holds"]


def asking(*questions: Document, audience: str = "patient", code: str = "form") -> Definition:
    return read_definition(
        {
            "code": code,
            "audience": audience,
            "title": "A form",
            "language": "en",
            "intro": "Hello.",
            "consent": {"title": "Agree", "text": ["Yes."]} if audience == "patient" else None,
            "sections": [{"code": "one", "title": "One", "questions": list(questions)}],
        }
    )


def yes_no(code: str, **more: object) -> Document:
    return {"code": code, "type": "boolean", "text": f"{code}?", **more}


EVERYTHING = {fact["code"]: fact for fact in small_document()["facts"]}


def whole_form(**shown_when: str) -> Definition:
    """Every fact of the small aid asked of the patient, some only under a condition."""
    questions = []
    for code, fact in EVERYTHING.items():
        question: Document = {"code": code, "type": fact["type"], "text": f"{code}?"}
        for key in ("range", "unit"):
            if key in fact:
                question[key] = fact[key]
        if "values" in fact:
            question["options"] = [{"code": value, "label": value} for value in fact["values"]]
        if code in shown_when:
            question["shown_when"] = shown_when[code]
        questions.append(question)
    return asking(*questions)


@pytest.mark.parametrize(
    "condition",
    [
        "%pain > 10",
        "%pain >= 7 and %pain < 4",
        "%smoking = 'never' and %smoking = 'current'",
        "%diabetes and %diabetes.not()",
        "%frailty > 3",
        "%imaging contains 'hernia' and (%imaging contains 'hernia').not()",
    ],
)
def test_it_finds_a_rule_that_can_never_hold(condition: str) -> None:
    document = document_with_rules(rule("empty", "points", condition, 1))
    (finding,) = findings_in(document)
    assert (finding.code, finding.place) == ("never_holds", "options/0/rules/0/condition")
    assert held(document, finding) is False
    assert finding.blocks


@pytest.mark.parametrize("condition", ["%pain >= 0", "%diabetes or %diabetes.not()", "%frailty < 4"])
def test_it_finds_a_rule_that_always_holds(condition: str) -> None:
    document = document_with_rules(rule("full", "points", condition, 1))
    (finding,) = findings_in(document)
    assert (finding.code, finding.place) == ("always_holds", "options/0/rules/0/condition")
    assert held(document, finding) is True


def test_it_looks_at_warning_signs_and_advice_too() -> None:
    document = small_document()
    document["warning_signs"][1]["condition"] = "%pain > 20"
    document["modifiers"][0]["condition"] = "%smoking = 'current' and %smoking = 'never'"
    assert found_in(document) == [
        ("never_holds", "warning_signs/1/condition"),
        ("never_holds", "modifiers/0/condition"),
    ]


def test_two_rules_that_say_the_same_are_found_however_they_say_it() -> None:
    document = document_with_rules(
        rule("one", "points", "%pain >= 7", 1),
        rule("two", "points", "(%pain < 7).not()", 1),
        rule("three", "points", "%pain > 7", 1),
        rule("four", "excludes", "%pain >= 7"),
    )
    (finding,) = findings_in(document)
    assert (finding.code, finding.place) == ("rules_say_the_same", "options/0/rules/1/condition")
    assert held(document, finding) is True


def test_a_required_rule_that_holds_only_of_the_excluded_is_found() -> None:
    document = document_with_rules(
        rule("needed", "required", "%pain >= 8"),
        rule("forbidden", "excludes", "%pain >= 7"),
    )
    assert found_in(document) == [
        ("required_is_excluded", "options/0/rules/1/condition"),
        ("no_candidates", "options/0"),
    ]
    assert held(document, findings_in(document)[0]) is True


def test_a_required_and_an_excluding_rule_may_overlap() -> None:
    assert not findings_in(
        document_with_rules(
            rule("needed", "required", "%pain >= 4"), rule("forbidden", "excludes", "%pain >= 7")
        )
    )


def test_an_option_that_nobody_can_be_a_candidate_for_is_found() -> None:
    document = document_with_rules(
        rule("young", "required", "%age_years < 40"),
        rule("diabetic", "required", "%diabetes and %age_years > 30"),
        rule("old", "required", "%age_years > 35 and (%diabetes.not() or %age_years > 50)"),
    )
    (finding,) = findings_in(document)
    assert (finding.code, finding.place) == ("no_candidates", "options/0")
    assert finding.example == {"age_years": 31, "diabetes": True}  # meets the first two


def test_what_cannot_be_decided_is_said_so() -> None:
    document = document_with_rules(rule("heavy", "points", "%weight_kg * %height_cm = 4321.5", 1))
    (finding,) = findings_in(document)
    assert (finding.code, finding.blocks) == ("not_decided", False)
    assert held(document, finding) is False


def test_it_gives_up_on_a_search_without_an_end() -> None:
    facts = [{"code": f"fact_{number}", "type": "integer", "range": [0, 100]} for number in range(30)]
    total = " + ".join(f"%fact_{number}" for number in range(30))
    document = document_with_rules(rule("much", "points", f"{total} > 3000", 1))
    document["facts"] += facts
    assert [str(finding.code) for finding in findings_in(document)] == ["not_decided"]


def test_a_condition_that_contradicts_the_visibility_of_its_question_is_found() -> None:
    document = document_with_rules(rule("silly", "points", "%diabetes.not() and %insulin", 1))
    (finding,) = (each for each in findings_in(document, whole_form(insulin="%diabetes")) if each.blocks)
    assert (finding.code, finding.place) == ("never_asked_together", "options/0/rules/0/condition")
    assert finding.example == {"diabetes": False, "insulin": True}
    assert held(document, finding) is True


def test_so_is_one_that_contradicts_what_shows_the_question_that_shows_its_question() -> None:
    document = document_with_rules(rule("silly", "points", "%fever and %pain < 3", 1))
    chained = {
        "fever": "%dependent",
        "dependent": "%insulin",
        "insulin": "%diabetes",
        "diabetes": "%pain > 5",
    }
    (finding,) = (each for each in findings_in(document, whole_form(**chained)) if each.blocks)
    assert (finding.code, finding.place) == ("never_asked_together", "options/0/rules/0/condition")
    assert finding.sentence == "The rule “silly” reads “fever” and cannot hold when that question is shown."
    assert held(document, finding) is True
    # Whoever was not asked for the first may be asked for the last.
    chained["diabetes"] = "%pain > 5 or %smoking = 'never'"
    assert not [each for each in findings_in(document, whole_form(**chained)) if each.blocks]
    chained["insulin"] = "%diabetes.empty()"
    assert not [each for each in findings_in(document, whole_form(**chained)) if each.blocks]


def test_ticked_options_that_are_facts_are_shown_with_their_question() -> None:
    document = document_with_rules(rule("silly", "points", "%diabetes and %insulin", 1))
    ticked: Document = {
        "code": "illnesses", "type": "codes", "text": "Any of these?", "each_a_fact": True,
        "options": [
            {"code": "insulin", "label": "Insulin"}, {"code": "fever", "label": "Fever"},
            {"code": "none_of_these", "label": "None of these", "exclusive": True},
        ],
        "shown_when": "%diabetes.not()",
    }  # fmt: skip
    rest = whole_form()
    section = rest.sections[0]
    kept = tuple(each for each in section.questions if each.code not in ("insulin", "fever"))
    form = asking(yes_no("diabetes"), ticked, code="more")
    others = replace(
        rest, sections=(replace(section, questions=tuple(q for q in kept if q.code != "diabetes")),)
    )
    found = [str(each.code) for each in findings_in(document, form, others) if each.blocks]
    assert found == ["never_asked_together"]


@pytest.mark.parametrize("shown_when", ["%diabetes", "%diabetes.empty() or %diabetes", "%pain >= 0"])
def test_a_condition_that_goes_with_the_visibility_is_not_found(shown_when: str) -> None:
    document = document_with_rules(rule("fine", "points", "%diabetes and %insulin", 1))
    assert not [each for each in findings_in(document, whole_form(insulin=shown_when)) if each.blocks]


def test_a_fact_that_no_question_asks_for_is_found() -> None:
    document = small_document()
    form = whole_form()
    section = form.sections[0]
    asked = tuple(question for question in section.questions if question.code != "smoking")
    without = replace(form, sections=(replace(section, questions=asked),))
    position = [fact["code"] for fact in document["facts"]].index("smoking")
    (finding,) = (each for each in findings_in(document, without) if each.code == "fact_not_asked")
    assert (finding.place, finding.example) == (f"facts/{position}", {"smoking": "current"})


def test_a_question_whose_answer_nothing_uses_is_a_remark() -> None:
    document = small_document()
    document["facts"].append({"code": "shoes", "type": "boolean"})
    form = whole_form()
    extra = asking(yes_no("shoes"), code="more").sections[0].questions
    section = form.sections[0]
    both = replace(form, sections=(replace(section, questions=(*section.questions, *extra)),))
    (finding,) = verify(read_ruleset(document), [both])
    assert (finding.code, finding.place) == (
        "question_unused",
        f"form/sections/0/questions/{len(EVERYTHING)}",
    )
    assert not finding.blocks
    assert finding.example == {"shoes": True}
    assert verify(read_ruleset(document), [both], used=["shoes"]) == ()
    document["about"]["asked_without_rule"] = {"shoes": "The surgeon looks at them."}
    assert findings_in(document, both) == ()
    document["about"]["asked_without_rule"] = {"shoe": "The surgeon looks at them.", "fever": " "}
    problems = {(problem.code, problem.place) for problem in problems_in(document)}
    assert problems == {
        ("unknown_fact", "about/asked_without_rule/shoe"),
        ("missing_reason", "about/asked_without_rule/fever"),
    }


def test_questions_that_show_each_other_are_found() -> None:
    # No reader lets this pass; what was built in another way is caught here.
    form = whole_form()
    section = form.sections[0]
    shown = {"diabetes": "%insulin", "insulin": "%diabetes"}
    questions = tuple(
        replace(question, shown_when=parse_condition(shown[question.code], form.types))
        if question.code in shown
        else question
        for question in section.questions
    )
    circular = replace(form, sections=(replace(section, questions=questions),))
    (finding,) = (
        each for each in findings_in(small_document(), circular) if each.code == "cycle_of_visibility"
    )
    assert finding.example == {"diabetes": True, "insulin": True}


def test_a_warning_sign_that_waits_for_the_clinician_is_found() -> None:
    document = small_document()
    document["warning_signs"][0]["condition"] = "%saddle_numbness and %imaging contains 'slip'"
    form = whole_form()
    section = form.sections[0]
    imaging = [question for question in section.questions if question.code == "imaging"]
    rest = tuple(question for question in section.questions if question.code != "imaging")
    patients = replace(form, sections=(replace(section, questions=rest),))
    clinicians = asking(yes_no("seen"), audience="clinician", code="findings")
    clinicians = replace(clinicians, sections=(replace(clinicians.sections[0], questions=tuple(imaging)),))
    assert found_in(document, patients, clinicians) == [
        ("sign_asked_too_late", "warning_signs/0/condition"),
    ]
    document["warning_signs"][0]["condition"] = "%saddle_numbness or %imaging contains 'slip'"
    assert found_in(document, patients, clinicians) == []


def test_every_finding_has_a_code_that_a_test_here_shows() -> None:
    assert set(VerificationProblem) >= REMARKS
    source = __file__
    with open(source, encoding="utf-8") as file:
        words = file.read()
    assert [code for code in VerificationProblem if f'"{code}"' not in words] == []


def test_a_finding_reads_as_a_problem() -> None:
    document = document_with_rules(rule("empty", "points", "%pain > 10", 1))
    (finding,) = findings_in(document)
    assert finding.problem.sentence == "The rule “empty” can never hold."
    assert finding.problem.hint == 'For example: {"pain":0}.'


def test_the_spine_aid_has_nothing_that_keeps_it_from_being_published() -> None:
    definitions = [read_definition(document) for document in read_pack("spine").questionnaires.values()]
    assert [finding for finding in verify(spine_ruleset(), definitions) if finding.blocks] == []


def test_whether_anybody_can_be_a_candidate_may_stay_undecided() -> None:
    document = document_with_rules(rule("odd", "required", "%weight_kg * %height_cm = 4321.5"))
    assert found_in(document) == [
        ("not_decided", "options/0/rules/0/condition"),
        ("not_decided", "options/0"),
    ]


def test_where_nobody_meets_any_requirement_there_is_nobody_to_show() -> None:
    document = document_with_rules(rule("empty", "required", "%pain > 10"))
    never, nobody = findings_in(document)
    assert (never.code, nobody.code, nobody.example) == ("never_holds", "no_candidates", {"pain": 0})


def test_a_finding_that_nobody_can_show_has_no_example() -> None:
    document = document_with_rules(rule("empty", "points", "1 / (%pain - %pain) = 1", 1))
    shown = {str(finding.code): finding.problem.hint for finding in findings_in(document)}
    assert shown == {"not_decided": ""}


def test_a_number_without_a_range_is_tried_at_a_few_values() -> None:
    document = document_with_rules(rule("even", "points", "%steps mod 2 = 0", 1))
    document["facts"].append({"code": "steps", "type": "integer"})
    assert not findings_in(document)


@pytest.mark.parametrize(
    "condition", ["%injured_on > @2020-01-01", "%note = 'yes'", "%note.exists() and %note ~ 'Yes'"]
)
def test_dates_and_texts_are_tried_around_what_they_are_compared_with(condition: str) -> None:
    document = document_with_rules(rule("said", "points", condition, 1))
    document["facts"].append({"code": "injured_on", "type": "date"})
    assert not findings_in(document)
