"""What if: other answers tried in a sandbox that stores nothing."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from decision_aid.models import Assessment, Consultation
from decision_aid.pages.clinicians import consultation_or_404, for_clinicians
from decision_aid.pages.comparing import compared_options
from decision_aid.pages.finding_fields import FieldGroup, FindingField, sent_texts
from decision_aid.pages.sheet import Refusal, show_sheet
from decision_aid.scoring import score
from decision_aid.selectors import current_assessment, summary_inputs
from decision_aid.services.permissions import ASK_WHAT_IF
from decision_aid.summaries import surgeon_document
from questionnaires.definition.answers import Given, answer_making, read_answer_text
from questionnaires.definition.facts import FactValue, facts_document, read_facts
from questionnaires.definition.problems import ProblemsFound
from questionnaires.definition.schema import Definition, Question
from questionnaires.definition.typed import texts_of
from questionnaires.models import User
from questionnaires.services import audit
from questionnaires.services.permissions import require
from questionnaires.services.refusals import Refused

MOVING_TITLE = "These move something"
MOVING_INTRO = "Not known yet, or one change away from another candidacy."


@for_clinicians
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def what_if(request: HttpRequest, user: User, consultation_id: UUID) -> HttpResponse:
    """Show the answers that can be tried, and by POST what would follow from them; nothing is stored."""
    consultation = consultation_or_404(user, consultation_id)
    try:
        require(user, consultation.clinic, ASK_WHAT_IF)
    except Refused as refused:
        return show_sheet(request, user, consultation_id, Refusal.of(refused, "what_if"))
    assessment = current_assessment(consultation)
    if assessment is None or surgeon_document(summary_inputs(assessment)).emergency:
        return redirect("sheet", consultation.pk)
    if request.method != "POST":
        with transaction.atomic():
            audit.record(consultation.clinic, "what_if_opened", assessment, user=user)
    sandbox = Sandbox(consultation, assessment, request.POST if request.method == "POST" else None)
    template = "decision_aid/what_if.html"
    if request.headers.get("HX-Request"):
        template = "decision_aid/parts/what_if_result.html"
    return render(request, template, sandbox.context(), status=422 if sandbox.errors else 200)


class Sandbox:
    """One assessment's facts with some of them tried otherwise; it reads rows and writes none."""

    def __init__(self, consultation: Consultation, assessment: Assessment, posted: QueryDict | None) -> None:
        self.consultation, self.assessment = consultation, assessment
        release = assessment.release
        self.ruleset = release.ruleset
        self.definitions: tuple[Definition, ...] = (release.findings.definition, release.intake.definition)
        self.now: dict[str, FactValue] = dict(read_facts(assessment.facts, self.ruleset.types))
        self.questions = self._questions()
        self.texts = {code: self._text_of(question) for code, question in self.questions.items()}
        self.errors: dict[str, str] = {}
        self.tried = dict(self.now)
        if posted is not None:
            self._try(posted)

    def context(self) -> dict[str, Any]:
        """The form, and what the tried answers would change."""
        before = summary_inputs(self.assessment)
        as_of = self.assessment.as_of
        report = score(self.ruleset, self.tried, as_of).document
        # A warning that the tried answers would fire is open in the sandbox, whatever was closed in truth.
        after = replace(before, report=report, facts=facts_document(self.tried), overrides=())
        changed = [
            question
            for question in self.questions.values()
            if any(self.tried.get(fact) != self.now.get(fact) for fact in question.types)
        ]
        return {
            "consultation": self.consultation,
            "patient": self.consultation.patient,
            "clinic": self.consultation.clinic,
            "assessment": self.assessment,
            "groups": self._groups(),
            "wrong": self.errors,
            "changed": changed,
            "document": surgeon_document(after),
            "compared": compared_options(self.assessment.report, report, self.ruleset),
            "tried_at": timezone.now(),
        }

    def _questions(self) -> dict[str, Question]:
        """Every question whose answer some rule of a treatment reads, findings first."""
        read = self.ruleset.conditions_on.keys()
        return {
            question.code: question
            for definition in self.definitions
            for question in definition.questions
            if not read.isdisjoint(question.types)
        }

    def _text_of(self, question: Question) -> tuple[str, ...]:
        answer = answer_making(question, self.now)
        return () if answer is None else tuple(texts_of(answer))

    def _try(self, posted: QueryDict) -> None:
        """Put what was sent in place of what is known; what is empty or unsure becomes unknown."""
        for code in posted.getlist("asked"):
            question = self.questions.get(code)
            if question is None:
                continue
            texts = self.texts[code] = sent_texts(question, posted)
            try:
                answer = read_answer_text(question, texts) if any(text.strip() for text in texts) else None
            except ProblemsFound as found:
                self.errors[code] = " ".join(problem.sentence for problem in found.problems)
                continue
            for fact in question.types:
                self.tried.pop(fact, None)
            if isinstance(answer, Given):
                self.tried |= question.facts_from(answer.value)

    def _groups(self) -> list[FieldGroup]:
        moving = {
            fact
            for option in self.assessment.report["options"]
            for fact in (*option["decisive"], *(change["fact"] for change in option["changes"]))
        }
        decisive = [
            code for code, question in self.questions.items() if not moving.isdisjoint(question.types)
        ]
        fields = {
            code: FindingField(
                question=question, texts=self.texts[code], error=self.errors.get(code, ""), waiting=()
            )
            for code, question in self.questions.items()
        }
        first = tuple(fields[code] for code in decisive)
        rest = tuple(field for code, field in fields.items() if code not in decisive)
        groups = (
            FieldGroup("decisive", MOVING_TITLE, MOVING_INTRO, first),
            FieldGroup("rest", "Everything else that a rule reads", "", rest),
        )
        return [group for group in groups if group.fields]
