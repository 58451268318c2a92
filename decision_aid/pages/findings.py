"""The clinician's findings: every shown question on one page, those that can settle a candidacy first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from decision_aid.models import Consultation
from decision_aid.pages.clinicians import consultation_or_404, for_clinicians
from decision_aid.pages.comparing import compared_options
from decision_aid.pages.finding_fields import FieldGroup, FindingField, sent_texts
from decision_aid.pages.sheet import Refusal, show_sheet
from decision_aid.scoring import score
from decision_aid.selectors import current_assessment
from decision_aid.services.alerting import open_emergencies
from decision_aid.services.assessing import facts_of_response
from decision_aid.services.findings import open_findings
from questionnaires.definition.answers import (
    Answer,
    Unsure,
    read_answer_text,
    read_answers,
)
from questionnaires.definition.problems import ProblemsFound
from questionnaires.definition.schema import Definition
from questionnaires.definition.typed import texts_of
from questionnaires.definition.visibility import shown_questions
from questionnaires.models import QuestionnaireResponse, User
from questionnaires.services import audit
from questionnaires.services.answering import save_answers, submit_response
from questionnaires.services.refusals import Refused
from questionnaires.services.signals import response_received


@dataclass(frozen=True)
class Sent:
    """What a browser sent: the answers that could be read, and what is wrong with the rest."""

    answers: Mapping[str, Answer]
    texts: Mapping[str, tuple[str, ...]]
    errors: Mapping[str, str]


@for_clinicians
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def findings(request: HttpRequest, user: User, consultation_id: UUID) -> HttpResponse:
    """Show the findings form, save it, or submit it and go to the new assessment.

    Every POST saves what can be saved; `act=submit` submits as well. A request with the header HX-Request
    gets the questions alone, for a page that shows at once what an answer opens.
    """
    consultation = consultation_or_404(user, consultation_id)
    try:
        response = open_findings(consultation, user)
    except Refused as refused:
        return show_sheet(request, user, consultation_id, Refusal.of(refused, "findings"))
    page = FindingsPage(request, user, consultation, response)
    return page.receive() if request.method == "POST" else page.show()


class FindingsPage:
    """One clinician at one consultation's findings."""

    def __init__(
        self, request: HttpRequest, user: User, consultation: Consultation, response: QuestionnaireResponse
    ) -> None:
        self.request, self.user, self.consultation, self.response = request, user, consultation, response
        self.definition: Definition = response.version.definition
        self.assessment = current_assessment(consultation)

    def show(self) -> HttpResponse:
        """The form as it was left."""
        return self._render(self._saved_texts())

    def receive(self) -> HttpResponse:
        """Save what was sent; submit it when that was asked for and nothing is wrong."""
        sent = self._read(self.request.POST)
        posted = self.request.POST.get("revision", "")
        revision = int(posted) if posted.isdecimal() else None
        try:
            saved = save_answers(self.response, sent.answers, revision=revision, user=self.user)
            self.response = saved.response
            if self.request.POST.get("act") != "submit":
                return self._render(sent.texts, sent.errors)
            if sent.errors:
                return self._render(sent.texts, sent.errors, status=422)
            submit_response(self.response, user=self.user)
        except Refused as refused:
            return self._render(sent.texts, sent.errors, refusal=refused, status=refused.status)
        except ProblemsFound as found:
            return self._render(sent.texts, _errors_of(found), status=422)
        response_received.send(sender=QuestionnaireResponse, response=self.response)
        messages.success(
            self.request, "Your findings are in. The new assessment stands beside the one before."
        )
        return redirect("sheet", self.consultation.pk)

    def _read(self, posted: QueryDict) -> Sent:
        """Read every question that stood on the page; what is empty now but was answered becomes unknown."""
        saved = read_answers(self.definition, self.response.answers)
        set_aside = read_answers(self.definition, self.response.set_aside)
        answers: dict[str, Answer] = {}
        texts: dict[str, tuple[str, ...]] = {}
        errors: dict[str, str] = {}
        for code in posted.getlist("asked"):
            if not self.definition.asks(code):
                continue
            question = self.definition.question(code)
            texts[code] = sent_texts(question, posted)
            if not any(text.strip() for text in texts[code]):
                if code in saved and question.unsure:
                    answers[code] = Unsure()
                elif code in saved:
                    errors[code] = "This was answered before and cannot be emptied. Enter what is right."
                continue
            try:
                answers[code] = read_answer_text(question, texts[code])
            except ProblemsFound as found:
                errors[code] = " ".join(problem.sentence for problem in found.problems)
        shown = shown_questions(self.definition, {**set_aside, **saved, **answers})
        return Sent({code: answers[code] for code in shown if code in answers}, texts, errors)

    def _saved_texts(self) -> dict[str, tuple[str, ...]]:
        saved = read_answers(self.definition, self.response.answers)
        return {code: tuple(texts_of(answer)) for code, answer in saved.items()}

    def _render(
        self,
        texts: Mapping[str, tuple[str, ...]],
        errors: Mapping[str, str] | None = None,
        *,
        refusal: Refused | None = None,
        status: int = 200,
    ) -> HttpResponse:
        groups = self._groups(self._saved_texts() | dict(texts), errors or {})
        fields = [field for group in groups for field in group.fields]
        context: dict[str, Any] = {
            "consultation": self.consultation,
            "patient": self.consultation.patient,
            "clinic": self.consultation.clinic,
            "definition": self.definition,
            "revision": self.response.revision,
            "groups": groups,
            "first_groups": [group for group in groups if group.code == "decisive"],
            "other_groups": [group for group in groups if group.code != "decisive"],
            "others": sum(len(group.fields) for group in groups if group.code != "decisive"),
            **self._effects(),
            "wrong": [field for field in fields if field.error],
            "refusal": refusal,
        }
        template = "decision_aid/findings.html"
        if self.request.headers.get("HX-Request"):
            template = "decision_aid/parts/findings_questions.html"
        audit.record(self.consultation.clinic, "viewed", self.response, user=self.user)
        return render(self.request, template, context, status=status)

    def _groups(self, texts: Mapping[str, tuple[str, ...]], errors: Mapping[str, str]) -> list[FieldGroup]:
        """The shown questions: first those that options wait for, then the rest by section."""
        by_fact = self._waiting()
        shown = shown_questions(self.definition, read_answers(self.definition, self.response.answers))
        waiting = {
            code: tuple(
                dict.fromkeys(
                    title for fact in self.definition.question(code).types for title in by_fact.get(fact, ())
                )
            )
            for code in shown
        }
        fields = {
            code: FindingField(
                question=self.definition.question(code),
                texts=tuple(texts.get(code, ())),
                error=errors.get(code, ""),
                waiting=waiting[code],
            )
            for code in shown
        }
        decisive = sorted((code for code in shown if waiting[code]), key=lambda code: -len(waiting[code]))
        first = [*decisive, *(code for code in self._asked_for() if code in shown and code not in decisive)]
        title, intro = (DECISIVE_TITLE, DECISIVE_INTRO) if decisive else (FIRST_TITLE, "")
        groups = [FieldGroup("decisive", title, intro, _pick(fields, first))]
        groups += [
            FieldGroup(
                section.code,
                section.title,
                section.intro,
                _pick(fields, [q.code for q in section.questions if q.code not in first]),
            )
            for section in self.definition.sections
        ]
        return [group for group in groups if group.fields]

    def _asked_for(self) -> list[str]:
        """The questions that must be answered, and those that an answer may open, in the form's order."""
        return [
            question.code
            for section in self.definition.sections
            for question in section.questions
            if question.required or question.shown_when is not None or section.shown_when is not None
        ]

    def _effects(self) -> dict[str, Any]:
        """What the findings as they are saved now would change, against the assessment that stands."""
        assessment = self.assessment
        if assessment is None or self.response.revision == 0:
            return {}
        if open_emergencies(assessment):
            return {"emergency_open": True}
        facts = facts_of_response(self.consultation.response) | facts_of_response(self.response)
        report = score(assessment.release.ruleset, facts, assessment.as_of).document
        compared = compared_options(assessment.report, report, assessment.release.ruleset)
        waiting = {fact for option in _options_of(report) for fact in option["decisive"]}
        settled = [row for row in compared if row.candidacy == "not_indicated"]
        return {
            "moved": [row for row in compared if row.moved and row not in settled],
            "ruled_out": [row.title for row in settled if row.changed],
            "still_waiting": len(waiting),
            "scored": True,
        }

    def _waiting(self) -> dict[str, tuple[str, ...]]:
        """For each fact that can still change a candidacy: the titles of the options that wait for it."""
        assessment = self.assessment
        if assessment is None or open_emergencies(assessment):
            return {}
        titles = {option["id"]: option["title"] for option in assessment.release.document["options"]}
        waiting: dict[str, list[str]] = {}
        for option in assessment.report["options"]:
            for fact in option["decisive"]:
                waiting.setdefault(fact, []).append(titles[option["id"]])
        return {fact: tuple(options) for fact, options in waiting.items()}


DECISIVE_TITLE = "These can settle a candidacy"
FIRST_TITLE = "These first"
DECISIVE_INTRO = "The treatments named beside each question wait for its answer."


def _options_of(report: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    options: Sequence[Mapping[str, Any]] = report["options"]
    return options


def _pick(fields: Mapping[str, FindingField], codes: Sequence[str]) -> tuple[FindingField, ...]:
    return tuple(fields[code] for code in codes if code in fields)


def _errors_of(found: ProblemsFound) -> dict[str, str]:
    return {problem.place: problem.sentence for problem in found.problems}
