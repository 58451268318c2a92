"""Writing questions in the studio: order, copies, fields that fit, conditions read, and what is refused."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from config.demonstration import Cast
from decision_aid.models import DecisionAidVersion
from questionnaires.models import AuditEvent, Question, Questionnaire, QuestionnaireEdit, Section
from questionnaires.services.drafting import questionnaire_document
from tests.cast import signed_in

BECAUSE = "People misread it."


@pytest.fixture
def draft(release: DecisionAidVersion) -> Questionnaire:
    return release.aid.intake


@pytest.fixture
def author(cast: Cast) -> Client:
    return signed_in(cast.author)


def asked(draft: Questionnaire, code: str) -> Question:
    return Question.objects.get(section__questionnaire=draft, code=code)


def order(draft: Questionnaire) -> list[list[str]]:
    document = questionnaire_document(draft)
    return [[question["code"] for question in section["questions"]] for section in document["sections"]]


def arrange(client: Client, draft: Questionnaire, act: str, **more: str) -> Any:
    return client.post(reverse("studio_outline", args=[draft.pk]), {"act": act, "because": BECAUSE, **more})


def page_of(question: Question) -> str:
    return reverse("studio_question", args=[question.pk])


def fields_on(client: Client, address: str) -> dict[str, Any]:
    """What the page's form would send if nobody touched it."""
    context = client.get(address).context
    form, table = context["form"], context["table"]
    fields = {"mark": context["mark"], "act": "save", "because": BECAUSE}
    for field in [*form, *(table.management_form if table else ()), *(f for row in table or () for f in row)]:
        value = field.value()
        if value is True:
            fields[field.html_name] = "on"
        elif value is not None and value is not False:
            fields[field.html_name] = str(value)
    return fields


# ── Order and copies ────────────────────────────────────────────────────────────────────────────────────


def test_a_question_moves_up_down_and_across_sections(author: Client, draft: Questionnaire) -> None:
    first, second = order(draft)[:2]
    question = asked(draft, first[-1])
    for act in ("up", "down", "down"):
        assert arrange(author, draft, f"{act}:question-{question.pk}").status_code == 302
    assert order(draft)[:2] == [first[:-1], [first[-1], *second]]
    arrange(author, draft, f"up:question-{question.pk}")
    assert order(draft)[:2] == [first, second]


def test_a_question_is_dropped_at_a_place_of_a_section(author: Client, draft: Questionnaire) -> None:
    first, second = order(draft)[:2]
    target = draft.sections.all()[1]
    answer = arrange(
        author, draft, f"to:question-{asked(draft, first[0]).pk}", section=str(target.pk), place="2"
    )
    assert answer.headers["Location"].endswith(f"#question-{asked(draft, first[0]).pk}")
    assert order(draft)[:2] == [first[1:], [*second[:2], first[0], *second[2:]]]


def test_the_first_stays_first_and_the_last_last(author: Client, draft: Questionnaire) -> None:
    before = order(draft)
    arrange(author, draft, f"up:question-{asked(draft, before[0][0]).pk}")
    arrange(author, draft, f"down:question-{asked(draft, before[-1][-1]).pk}")
    assert order(draft) == before
    assert not QuestionnaireEdit.objects.exists()


def test_sections_are_ordered_and_copied(author: Client, draft: Questionnaire) -> None:
    before = order(draft)
    section = draft.sections.all()[0]
    arrange(author, draft, f"down:section-{section.pk}")
    assert order(draft)[:2] == [before[1], before[0]]
    arrange(author, draft, f"copy:section-{section.pk}")
    assert order(draft)[2] == [f"{code}_2" for code in before[0]]
    codes = [code for codes in order(draft) for code in codes]
    assert len(codes) == len(set(codes))


def test_a_copied_question_has_the_same_answers_and_a_code_of_its_own(
    author: Client, draft: Questionnaire
) -> None:
    question = asked(draft, "smoking")
    for _ in range(2):
        arrange(author, draft, f"copy:question-{question.pk}")
    copies = [asked(draft, "smoking_2"), asked(draft, "smoking_3")]
    for copy in copies:
        assert [option.code for option in copy.options.all()] == [
            option.code for option in question.options.all()
        ]
    place = order(draft)[list(draft.sections.all()).index(question.section)]
    assert place[place.index("smoking") :][:3] == ["smoking", "smoking_3", "smoking_2"]


def test_each_edit_is_kept_with_who_why_and_what(author: Client, draft: Questionnaire, cast: Cast) -> None:
    question = asked(draft, "age_years")
    author.post(page_of(question), fields_on(author, page_of(question)) | {"help": "In whole years."})
    edit = QuestionnaireEdit.objects.get()
    assert (edit.questionnaire, edit.by, edit.reason) == (draft, cast.author, BECAUSE)
    assert edit.sentences == [
        "Question “How old are you?”: the help is now “In whole years.”; it was “In full years.”."
    ]
    event = AuditEvent.objects.filter(action="draft_edited").latest("number")
    assert (event.user, event.record_id, event.detail) == (cast.author, str(draft.pk), {"changes": 1})
    draft.refresh_from_db()
    assert draft.edited_by == cast.author


# ── What is refused ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_nothing_is_changed_without_a_reason(author: Client, draft: Questionnaire, reason: str) -> None:
    before = order(draft)
    answer = arrange(author, draft, f"down:question-{asked(draft, before[0][0]).pk}", because=reason)
    assert (answer.status_code, answer.context["refused"].code) == (422, "reason_missing")
    assert order(draft) == before


@pytest.mark.parametrize(
    "act", ["", "burn:question-1", "up", "up:question-", "up:question-x", "to:section-1", "up:answer-1"]
)
def test_an_act_that_the_page_does_not_know_is_refused(
    author: Client, draft: Questionnaire, act: str
) -> None:
    before = order(draft)
    act = act.replace("-1", f"-{draft.sections.all()[0].pk}")
    assert arrange(author, draft, act).status_code in {404, 422}
    assert order(draft) == before


def test_a_question_does_not_move_to_another_questionnaire(
    author: Client, draft: Questionnaire, release: DecisionAidVersion
) -> None:
    elsewhere = release.aid.findings.sections.all()[0]
    question = asked(draft, "age_years")
    answer = arrange(author, draft, f"to:question-{question.pk}", section=str(elsewhere.pk), place="0")
    assert answer.status_code == 404
    assert asked(draft, "age_years").section == question.section


def test_what_somebody_else_changed_meanwhile_is_not_written_over(
    author: Client, draft: Questionnaire
) -> None:
    question = asked(draft, "smoking")
    fields = fields_on(author, page_of(question))
    question.options.filter(code="former").update(label="Not any more")
    answer = author.post(page_of(question), fields | {"text": "Do you smoke now?"})
    assert (answer.status_code, answer.context["refused"].code) == (409, "stale_state")
    assert asked(draft, "smoking").text == question.text
    assert question.options.get(code="former").label == "Not any more"


def test_approvers_and_administrators_read_and_do_not_write(cast: Cast, draft: Questionnaire) -> None:
    question = asked(draft, "age_years")
    for user in (cast.approver, cast.administrator):
        client = signed_in(user)
        assert b"Why are you changing this?" not in client.get(page_of(question)).content
        assert client.post(page_of(question), {"act": "take out", "because": BECAUSE}).status_code == 403
        assert arrange(client, draft, f"down:question-{question.pk}").status_code == 403
    assert asked(draft, "age_years") == question


def test_another_clinics_drafts_are_not_there(
    other_cast: Cast, draft: Questionnaire, release: DecisionAidVersion
) -> None:
    client = signed_in(other_cast.author)
    option = release.aid.options.all()[0]
    section = draft.sections.all()[0]
    pages = [
        *(reverse(f"studio_{name}", args=[draft.pk]) for name in (
            "outline", "library", "preview", "screen", "questionnaire_changes", "new_question", "new_section",
        )),
        *(reverse(f"studio_{name}", args=[release.aid_id]) for name in ("rules", "aid_changes", "new_sign")),
        page_of(section.questions.all()[0]),
        reverse("studio_section", args=[section.pk]),
        reverse("studio_new_rule", args=[option.pk]),
        reverse("studio_rule", args=[option.rules.all()[0].pk]),
        reverse("studio_sign", args=[release.aid.warning_signs.all()[0].pk]),
    ]  # fmt: skip
    for page in pages:
        assert client.get(page).status_code == 404, page
        assert client.post(page, {"act": "take out", "because": BECAUSE}).status_code in {404, 405}, page
    check = client.post(reverse("studio_check"), {"text": "true", "questionnaire": draft.pk})
    assert check.status_code == 404


# ── One question ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "fits"),
    [
        ("boolean", set()),
        ("integer", {"minimum", "maximum", "unit", "low_label", "high_label", "widget"}),
        ("decimal", {"minimum", "maximum", "unit"}),
        ("code", set()),
        ("codes", {"each_a_fact", "widget"}),
        ("text", set()),
        ("date", set()),
    ],
)
def test_of_each_kind_only_the_fields_that_fit_are_asked(
    author: Client, draft: Questionnaire, kind: str, fits: set[str]
) -> None:
    page = author.get(reverse("studio_new_question", args=[draft.pk]), {"kind": kind})
    some = {"minimum", "maximum", "unit", "low_label", "high_label", "widget", "each_a_fact"}
    assert some & set(page.context["form"].fields) == fits
    assert (page.context["table"] is not None) == (kind in {"code", "codes"})


def test_another_kind_asks_for_other_fields_and_keeps_what_was_typed(
    author: Client, draft: Questionnaire
) -> None:
    question = asked(draft, "age_years")
    fields = fields_on(author, page_of(question)) | {"act": "refit", "kind": "code", "text": "How old?"}
    page = author.post(page_of(question), fields)
    assert page.context["form"]["text"].value() == "How old?"
    assert "minimum" not in page.context["form"].fields
    assert page.context["table"] is not None
    assert asked(draft, "age_years").kind == "integer"


def new_fields(**changed: str) -> dict[str, str]:
    options = {"options-TOTAL_FORMS": "3", "options-INITIAL_FORMS": "0"}
    for number, (label, code) in enumerate((("No", "no"), ("Yes, “often”", "often"), ("", ""))):
        options |= {f"options-{number}-label": label, f"options-{number}-code": code}
        options |= {f"options-{number}-ORDER": str(2 - number)}
    fields = {"text": "Do you sleep ≥ 6 hours?", "code": "sleep", "kind": "code", "act": "save"}
    return fields | {"because": BECAUSE, "loinc": "", "snomed": ""} | options | changed


def test_a_new_question_with_its_answers_is_added_to_its_section(
    author: Client, draft: Questionnaire
) -> None:
    section = draft.sections.all()[1]
    address = reverse("studio_new_question", args=[draft.pk])
    answer = author.post(
        f"{address}?section={section.pk}",
        new_fields(loinc="72514-3", **{"options-0-snomed": "161891005"}),
    )
    question = asked(draft, "sleep")
    assert answer.headers["Location"] == page_of(question)
    assert (question.section, order(draft)[1][-1]) == (section, "sleep")
    assert question.codes == {"loinc": "72514-3"}
    assert [(option.code, option.codes) for option in question.options.all()] == [
        ("often", {}),
        ("no", {"snomed": "161891005"}),
    ]


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"text": " "}, "text", "required"),
        ({"code": "age_years"}, "code", "repeated_code"),
        ({"code": "über"}, "code", "invalid"),
        ({"loinc": "72514-4"}, "loinc", "bad_standard_code"),
        ({"snomed": "12"}, "snomed", "bad_standard_code"),
        ({"kind": "integer", "minimum": "10", "maximum": "10", "widget": "number"}, "maximum", "bad_range"),
        ({"kind": "emoji"}, "kind", "invalid_choice"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_is_saved(
    author: Client, draft: Questionnaire, changed: dict[str, str], field: str, code: str
) -> None:
    before = order(draft)
    answer = author.post(reverse("studio_new_question", args=[draft.pk]), new_fields(**changed))
    assert answer.status_code == 422
    found = {
        name: [one.code for one in each.as_data()] for name, each in answer.context["form"].errors.items()
    }
    assert found == {field: [code]}
    assert f"#field-{field}" in answer.content.decode()
    assert order(draft) == before


def test_two_answers_of_one_code_are_told_in_their_row(author: Client, draft: Questionnaire) -> None:
    fields = new_fields(**{"options-1-code": "no"})
    answer = author.post(reverse("studio_new_question", args=[draft.pk]), fields)
    assert answer.status_code == 422
    assert [list(row.errors) for row in answer.context["table"].forms].count(["code"]) == 1


def test_a_draft_may_be_broken_and_says_where_it_is_mended(author: Client, draft: Questionnaire) -> None:
    question = asked(draft, "smoking")
    fields = fields_on(author, page_of(question)) | {"shown_when": "%smokng = 'never' and"}
    assert author.post(page_of(question), fields).status_code == 302
    for page in (page_of(question), reverse("studio_outline", args=[draft.pk])):
        mends = author.get(page).context["mends"]
        assert {mend.address for mend in mends} == {f"{page_of(question)}#field-shown_when"}
    shown = author.get(page_of(question)).content.decode()
    assert "<mark>" in shown
    assert 'id="field-shown_when"' in shown


def test_a_question_is_taken_out(author: Client, draft: Questionnaire) -> None:
    question = asked(draft, "smoking")
    fields = fields_on(author, page_of(question)) | {"act": "take out"}
    assert author.post(page_of(question), fields).status_code == 302
    assert not Question.objects.filter(pk=question.pk).exists()
    assert QuestionnaireEdit.objects.get().sentences == ["Question “Do you smoke?” was taken out."]


def test_a_section_is_added_changed_and_taken_out(author: Client, draft: Questionnaire) -> None:
    new = {
        "title": "Schlaf",
        "code": "sleep",
        "intro": "",
        "shown_when": "",
        "because": BECAUSE,
        "act": "save",
    }
    author.post(reverse("studio_new_section", args=[draft.pk]), new)
    section = Section.objects.get(questionnaire=draft, code="sleep")
    page = reverse("studio_section", args=[section.pk])
    mark = author.get(page).context["mark"]
    taken = author.post(page, new | {"mark": mark, "code": "about_you"})
    assert (taken.status_code, list(taken.context["form"].errors)) == (422, ["code"])
    author.post(page, new | {"mark": mark, "title": "Sleep"})
    assert Section.objects.get(pk=section.pk).title == "Sleep"
    author.post(page, {"mark": author.get(page).context["mark"], "act": "take out", "because": BECAUSE})
    assert not Section.objects.filter(pk=section.pk).exists()


def test_what_an_answer_counts_and_what_reads_it_stand_beside_the_question(
    author: Client, draft: Questionnaire
) -> None:
    page = author.get(page_of(asked(draft, "smoking")))
    counts = {each.words: each.adds for each in page.context["counts"]}
    assert "Apfel score for nausea after an operation: 1" in counts["No, never"]
    assert any(adds.startswith("−1: Tubular microdiscectomy") for adds in counts["Yes"])
    [(fact, uses)] = page.context["uses"]
    assert fact == "smoking"
    assert {use.kind for use in uses} >= {"rule", "scale"}


# ── Conditions ──────────────────────────────────────────────────────────────────────────────────────────


def check(client: Client, draft: Questionnaire, text: str, **more: str) -> dict[str, Any]:
    answer = client.post(reverse("studio_check"), {"text": text, "questionnaire": draft.pk, **more})
    assert answer.status_code == 200
    document: dict[str, Any] = json.loads(answer.content)
    return document


def test_a_condition_is_said_back_in_words(author: Client, draft: Questionnaire) -> None:
    said = check(author, draft, "%region = 'neck' and %age_years >= 65")
    assert said["problems"] == []
    assert (
        said["words"]
        == "“Where is the main problem?” is “Neck”, and “How old are you?” is at least 65 years."
    )


@pytest.mark.parametrize(
    ("text", "code", "position", "marked"),
    [
        ("%region = 'nek'", "unknown_value", 11, "'nek'"),
        ("%age_yeers > 3", "unknown_fact", 1, "%age_yeers"),
        ("%age_years > ", "syntax_error", 13, " "),
        ("%age_years", "not_boolean", 1, "%age_years"),
        ("%age_years = 'neck'", "type_mismatch", 14, "'neck'"),
        ("≥", "syntax_error", 1, "≥"),
    ],
)
def test_a_problem_of_a_condition_has_its_place(
    author: Client, draft: Questionnaire, text: str, code: str, position: int, marked: str
) -> None:
    found = check(author, draft, text)
    [problem] = found["problems"]
    assert (problem["code"], problem["position"], found["marked"][1]) == (code, position, marked)
    assert problem["sentence"].endswith(".")
    assert found["words"] == ""


def test_a_question_cannot_hang_on_one_that_comes_after_it(author: Client, draft: Questionnaire) -> None:
    [problem] = check(author, draft, "%smoking = 'never'", before="age_years")["problems"]
    assert problem["code"] == "asked_later"
    assert check(author, draft, "%age_years > 3", before="smoking")["problems"] == []


def test_nothing_to_read_is_no_problem(author: Client, draft: Questionnaire) -> None:
    assert check(author, draft, " ") == {"problems": [], "words": "", "marked": ["", "", ""]}


@pytest.mark.parametrize("row", ["", "0", "x", "9" * 30])
def test_a_condition_of_no_draft_is_not_found(author: Client, row: str) -> None:
    answer = author.post(reverse("studio_check"), {"text": "true", "questionnaire": row})
    assert answer.status_code == 404


# ── Library and preview ─────────────────────────────────────────────────────────────────────────────────


def test_the_library_finds_by_words_and_shows_what_nothing_reads(
    author: Client, draft: Questionnaire
) -> None:
    page = reverse("studio_library", args=[draft.pk])
    assert (
        len(author.get(page).context["rows"]) == Question.objects.filter(section__questionnaire=draft).count()
    )
    found = author.get(page, {"words": "smok"}).context["rows"]
    assert "smoking" in {each["row"].code for each in found}
    unread = author.get(page, {"unused": "on"}).context["rows"]
    assert unread
    assert all(not each["uses"] for each in unread)


def test_the_preview_shows_a_draft_as_a_golden_person_meets_it(
    author: Client, draft: Questionnaire, release: DecisionAidVersion
) -> None:
    Question.objects.filter(section__questionnaire=draft, code="age_years").update(text="Wie alt sind Sie?")
    case = release.aid.golden_cases.get(code="typical_disc")
    page = author.get(reverse("studio_preview", args=[draft.pk]), {"person": case.code})
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert len(page.context["shown"]) > 30
    screen = author.get(
        reverse("studio_screen", args=[draft.pk]), {"person": case.code, "question": "age_years"}
    )
    assert "frame-ancestors 'self'" in screen.headers["Content-Security-Policy"]
    assert screen.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "Wie alt sind Sie?" in screen.content.decode()
    assert f'value="{case.facts["age_years"]}"' in screen.content.decode()


def test_the_preview_of_a_broken_draft_says_what_to_mend(author: Client, draft: Questionnaire) -> None:
    Question.objects.filter(section__questionnaire=draft, code="age_years").update(text="")
    page = author.get(reverse("studio_preview", args=[draft.pk]))
    assert [mend.problem.code for mend in page.context["mends"]] == ["missing_key"]
    assert author.get(reverse("studio_screen", args=[draft.pk])).status_code == 404
