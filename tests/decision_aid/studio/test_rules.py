"""Writing rules in the studio: whom each holds of, what none is saved without, and what changed in words."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from config.demonstration import Cast, bring_to_stage
from decision_aid.models import AidEdit, DecisionAid, DecisionAidVersion, ScoringRule, WarningSign
from decision_aid.scoring import score
from decision_aid.scoring.golden_cases import AS_OF
from questionnaires.models import Question, Questionnaire
from tests.cast import Visit, signed_in

BECAUSE = "The guideline changed."


@pytest.fixture
def draft(release: DecisionAidVersion) -> DecisionAid:
    return release.aid


@pytest.fixture
def author(cast: Cast) -> Client:
    return signed_in(cast.author)


def page_of(rule: ScoringRule) -> str:
    return reverse("studio_rule", args=[rule.pk])


def rule_called(draft: DecisionAid, code: str) -> ScoringRule:
    return ScoringRule.objects.get(option__aid=draft, code=code)


def fields_on(client: Client, address: str) -> dict[str, Any]:
    context = client.get(address).context
    fields: dict[str, Any] = {"mark": context["mark"], "act": "save", "because": BECAUSE}
    for field in context["form"]:
        value = field.value()
        if value is not None and value is not False:
            fields[field.html_name] = "on" if value is True else value
    return fields


def a_rule(**changed: Any) -> dict[str, Any]:
    return {
        "reason": "Older than seventy.",
        "patient_reason": "You are over 70.",
        "kind": "points",
        "points": "-1",
        "condition": "%age_years > 70",
        "sources": ["expert-draft"],
        "code": "over_seventy",
        "act": "save",
        "because": BECAUSE,
    } | changed


def test_every_rule_and_sign_is_counted_as_scoring_judges_it(
    author: Client, draft: DecisionAid, release: DecisionAidVersion
) -> None:
    page = author.get(reverse("studio_rules", args=[draft.pk]))
    counts = page.context["counts"]
    ruleset = release.ruleset
    assert counts.cases == len(ruleset.golden_cases)
    reports = [score(ruleset, case.facts, AS_OF).document for case in ruleset.golden_cases]
    words = {True: 0, False: 1, None: 2}
    expected: dict[str, list[int]] = {}
    for report in reports:
        options: Any = report["options"]
        ledgers = [line for option in options for line in option["ledger"]]
        for line in ledgers:
            expected.setdefault(line["rule"], [0, 0, 0])[words[line["holds"]]] += 1
    assert {code: list(count) for code, count in counts.golden.items() if code in expected} == expected


def test_stored_answers_are_counted_beside_the_golden_cases(
    author: Client, draft: DecisionAid, visit: Visit, golden: Any
) -> None:
    before = author.get(reverse("studio_rules", args=[draft.pk])).context["counts"]
    bring_to_stage(visit.consultation, golden("typical_disc"), "submitted")
    after = author.get(reverse("studio_rules", args=[draft.pk])).context["counts"]
    assert (before.people, after.people) == (0, 1)
    assert all(sum(count) == 1 for count in after.stored.values())
    assert after.stored["tubular_region"].holds == 1


def test_a_rule_of_a_draft_that_cannot_be_read_is_shown_and_not_counted(
    author: Client, draft: DecisionAid
) -> None:
    rule = rule_called(draft, "tubular_disc")
    ScoringRule.objects.filter(pk=rule.pk).update(condition="%imaging_findings contains 'disc'")
    page = author.get(reverse("studio_rules", args=[draft.pk]))
    assert page.context["counts"] is None
    [mend] = page.context["mends"]
    assert (mend.problem.code, mend.address) == ("unknown_value", f"{page_of(rule)}#field-condition")
    assert author.get(page_of(rule)).context["checked"].positions == (28,)


def test_a_rule_is_added_and_the_edit_is_told_in_words(
    author: Client, draft: DecisionAid, cast: Cast
) -> None:
    option = draft.options.get(code="tubular_microdiscectomy")
    answer = author.post(reverse("studio_new_rule", args=[option.pk]), a_rule())
    rule = rule_called(draft, "over_seventy")
    assert answer.headers["Location"] == page_of(rule)
    assert (rule.option, list(option.rules.all())[-1], rule.sources) == (option, rule, ["expert-draft"])
    edit = AidEdit.objects.get()
    assert (edit.by, edit.reason) == (cast.author, BECAUSE)
    assert edit.sentences == [
        (
            "Rule “Older than seventy.” of the treatment “Tubular microdiscectomy” is new. "
            "It holds when “How old are you?” is over 70 years."
        )
    ]


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"reason": " "}, "reason", "required"),
        ({"patient_reason": ""}, "patient_reason", "required"),
        ({"sources": []}, "sources", "required"),
        ({"sources": ["nobody2020"]}, "sources", "invalid_choice"),
        ({"condition": ""}, "condition", "required"),
        ({"condition": "%age_yeers > 70"}, "condition", "unknown_fact"),
        ({"condition": "%age_years > "}, "condition", "syntax_error"),
        ({"condition": "%region = 'elbow'"}, "condition", "unknown_value"),
        ({"points": "0"}, "points", "rule_points_missing"),
        ({"kind": "excludes"}, "points", "rule_points_unused"),
        ({"code": "tubular_disc"}, "code", "duplicate_id"),
    ],
)
def test_a_rule_is_not_saved_without_what_it_needs(
    author: Client, draft: DecisionAid, changed: dict[str, Any], field: str, code: str
) -> None:
    option = draft.options.get(code="tubular_microdiscectomy")
    answer = author.post(reverse("studio_new_rule", args=[option.pk]), a_rule(**changed))
    assert answer.status_code == 422
    found = {
        name: [one.code for one in each.as_data()] for name, each in answer.context["form"].errors.items()
    }
    assert found == {field: [code]}
    assert f"#field-{field}" in answer.content.decode()
    assert not AidEdit.objects.exists()


def test_a_rule_that_another_says_already_is_pointed_out(author: Client, draft: DecisionAid) -> None:
    rule = rule_called(draft, "tubular_disc")
    fields = a_rule(kind="required", points="0", condition=f"({rule.condition})")
    answer = author.post(reverse("studio_new_rule", args=[rule.option_id]), fields, follow=True)
    assert f"The rule “{rule.reason}” says the same." in answer.content.decode()
    assert answer.context["duplicates"] == [f"The rule “{rule.reason}”"]


def test_what_somebody_else_changed_is_not_written_over(author: Client, draft: DecisionAid) -> None:
    rule = rule_called(draft, "tubular_disc")
    fields = fields_on(author, page_of(rule))
    ScoringRule.objects.filter(pk=rule.pk).update(reason="Theirs.")
    answer = author.post(page_of(rule), fields | {"reason": "Mine."})
    assert (answer.status_code, answer.context["refused"].code) == (409, "stale_state")
    assert rule_called(draft, "tubular_disc").reason == "Theirs."


def test_nothing_is_changed_without_saying_why(author: Client, draft: DecisionAid) -> None:
    rule = rule_called(draft, "tubular_disc")
    answer = author.post(page_of(rule), fields_on(author, page_of(rule)) | {"because": " ", "reason": "X."})
    assert (answer.status_code, answer.context["refused"].code) == (422, "reason_missing")
    assert rule_called(draft, "tubular_disc").reason == rule.reason


def test_a_warning_sign_is_changed_and_taken_out(author: Client, draft: DecisionAid) -> None:
    sign = draft.warning_signs.all()[0]
    page = reverse("studio_sign", args=[sign.pk])
    assert author.post(page, fields_on(author, page) | {"title": "Sign, worded anew"}).status_code == 302
    assert WarningSign.objects.get(pk=sign.pk).title == "Sign, worded anew"
    assert author.post(page, fields_on(author, page) | {"act": "take out"}).status_code == 302
    assert not WarningSign.objects.filter(pk=sign.pk).exists()
    assert AidEdit.objects.count() == 2


def test_approvers_and_administrators_read_and_do_not_write(cast: Cast, draft: DecisionAid) -> None:
    rule = rule_called(draft, "tubular_disc")
    for user in (cast.approver, cast.administrator):
        client = signed_in(user)
        assert client.get(page_of(rule)).status_code == 200
        assert client.post(page_of(rule), {"act": "take out", "because": BECAUSE}).status_code == 403


# ── What changed ────────────────────────────────────────────────────────────────────────────────────────


def test_a_draft_that_is_as_published_differs_in_nothing(author: Client, draft: DecisionAid) -> None:
    for page in (
        reverse("studio_aid_changes", args=[draft.pk]),
        reverse("studio_questionnaire_changes", args=[draft.intake_id]),
        reverse("studio_questionnaire_changes", args=[draft.findings_id]),
    ):
        assert author.get(page).context["told"] == [], page


def test_a_changed_rule_is_told_in_the_words_of_its_questions(
    author: Client, draft: DecisionAid, cast: Cast
) -> None:
    rule = (
        draft.options.get(code="tubular_microdiscectomy")
        .rules.filter(condition__contains="conservative_weeks >= 6")
        .first()
    )
    assert rule is not None
    fields = fields_on(author, page_of(rule))
    fields["condition"] = fields["condition"].replace("conservative_weeks >= 6", "conservative_weeks >= 8")
    assert author.post(page_of(rule), fields).status_code == 302
    page = author.get(reverse("studio_aid_changes", args=[draft.pk]))
    [told] = page.context["told"]
    assert told.startswith(f"Rule “{rule.reason[:40]}")
    weeks = "“For how many weeks have you had treatment without surgery?” is at least"
    assert told.endswith(
        f"now holds when {weeks} 8 weeks; before, when {weeks} 6 weeks, and the rest as it was."
    )
    shown = page.content.decode()
    assert BECAUSE in shown
    assert str(cast.author) in shown
    back = author.get(page.request["PATH_INFO"], {"before": "draft", "after": "1"})
    assert len(back.context["told"]) == 1


def test_a_changed_question_is_told(author: Client, draft: DecisionAid) -> None:
    questionnaire: Questionnaire = draft.intake
    Question.objects.filter(section__questionnaire=questionnaire, code="age_years").update(maximum=120)
    page = author.get(reverse("studio_questionnaire_changes", args=[questionnaire.pk]))
    assert page.context["told"] == ["Question “How old are you?”: the range is now 18, 120; it was 18, 110."]
