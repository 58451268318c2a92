"""Asking: the list of sections, one question a page, what to do about a warning sign."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from questionnaires.definition.answers import (
    Answer,
    Answers,
    answer_document,
    read_answer_text,
    read_answers,
)
from questionnaires.definition.digest import sha256_of
from questionnaires.definition.problems import ProblemsFound
from questionnaires.definition.schema import Question
from questionnaires.definition.typed import texts_of
from questionnaires.definition.visibility import shown_questions
from questionnaires.models import QuestionnaireResponse, UnfinishedAnswer
from questionnaires.pages import memory
from questionnaires.pages.forms import AnswerForm
from questionnaires.pages.progress import Progress, progress_of
from questionnaires.pages.visits import Step, for_visit, refusal
from questionnaires.pages.widgets import says_the_same, texts_in_other_units
from questionnaires.pages.words import words_of
from questionnaires.services.answering import Saved, save_answer
from questionnaires.services.leaving_out import leave_out, left_out_of
from questionnaires.services.notices import notices_of, understand_notices
from questionnaires.services.refusals import Refused
from questionnaires.services.unfinished import keep_unfinished, settle_unfinished, token_of, unsettled_of
from questionnaires.services.visiting import mark_of

STALE = frozenset({"stale_revision", "stale_state"})
PAGE_BYTES = 4
CHECK = "check"  # the person came from the page of all answers, and goes back to it


def answers_of(response: QuestionnaireResponse) -> Answers:
    """The answers of a response, typed."""
    return read_answers(response.version.definition, response.answers)


def progress_in(response: QuestionnaireResponse) -> Progress:
    """Where the person stands."""
    definition, answers = response.version.definition, answers_of(response)
    shown = shown_questions(definition, answers)
    unfinished = unsettled_of(response)
    return progress_of(definition, answers, shown, left_out_of(response), unfinished)


@for_visit(Step.CONSENTED)
@require_http_methods(["GET", "HEAD"])
def visit(request: HttpRequest, response: QuestionnaireResponse) -> HttpResponse:
    """List the sections with their honest state, and offer to go on."""
    context = {
        "response": response,
        "clinic": response.clinic,
        "definition": response.version.definition,
        "progress": progress_in(response),
        "notices": notices_of(response),
    }
    return render(request, "questionnaires/visit.html", context)


@for_visit(Step.CONSENTED)
@sensitive_post_parameters("answer")
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, response: QuestionnaireResponse, code: str) -> HttpResponse:
    """Ask one question; every way off the page keeps what was typed."""
    definition = response.version.definition
    if not definition.asks(code):
        return refusal(
            request,
            Refused("unknown_question", "There is no such question in this form.", HTTPStatus.NOT_FOUND),
            title="We do not have this question",
        )
    return QuestionPage(request, response, definition.question(code)).answer()


class QuestionPage:
    """One question of one visit, asked (GET) or answered (POST)."""

    def __init__(
        self,
        request: HttpRequest,
        response: QuestionnaireResponse,
        question: Question,
        progress: Progress | None = None,
    ) -> None:
        self.request, self.response, self.question = request, response, question
        self.progress = progress or progress_in(response)
        self.then = CHECK if (request.GET.get("then") or request.POST.get("then")) == CHECK else ""
        self.direction = request.POST.get("go", "on")
        self.settles = request.POST.getlist("settles")  # the unfinished answers that the page showed

    def answer(self) -> HttpResponse:
        """Do what the request asks."""
        if self.request.method == "POST":
            return self._receive()
        if self.question.code not in self.progress.shown:
            return self._hidden(HTTPStatus.NOT_FOUND)
        return self._open(HTTPStatus.OK)

    def _open(self, status: int) -> HttpResponse:
        """The question with its answer; with what was left unfinished; or the choice between several."""
        stored = fingerprint(answers_of(self.response).get(self.question.code))
        match unsettled_of(self.response).get(self.question.code, ()):
            case ():
                return self._show(AnswerForm(self.question, initial=self._initial()), status)
            case (only,) if only.seen == stored:
                # Unfinished input comes back, with its message where it is no answer.
                data = QueryDict(mutable=True)
                data.setlist("answer", only.texts)
                data.update({name: str(value) for name, value in self._initial().items() if name != "answer"})
                return self._show(AnswerForm(self.question, data), status, settles=(token_of(only),))
            case several:
                return self._choose(several, status)

    def _receive(self) -> HttpResponse:
        form = AnswerForm(self.question, self.request.POST)
        if form.errors.keys() - {"answer"}:  # the page's own hidden fields are broken: nobody typed them
            sentence = "Your browser did not send the whole page. Please open the question once more."
            refused = Refused("incomplete_page", sentence)
            return refusal(self.request, refused, title="This could not be saved")
        if form.cleaned_data["whose"] != mark_of(self.response):
            sentence = "This page belongs to another form than the one that is open now. Nothing was saved."
            refused = Refused("other_form", sentence)
            return refusal(self.request, refused, title="This could not be saved")
        match self.direction:
            case "keep":
                return self._keep(form)
            case "saved":
                return self._keep_saved(form)
            case _ if form.is_valid():
                return self._give(form, form.cleaned_data["answer"])
            case _:
                return self._unreadable(form)

    def _give(self, form: AnswerForm, answer: Answer | None) -> HttpResponse:
        seen = form.cleaned_data["seen"]
        if units := self.request.POST.get("answer_units"):
            memory.prefer_units(self.request.session, units)
            stored = answers_of(self.response).get(self.question.code)
            if units == "other" and stored and says_the_same(self.question, form.texts, stored):
                answer = stored  # reading a measure back in other units changes nothing
        if answer is None:
            if self.direction == "on":
                leave_out(self.response, self.question.code)
            if not seen:  # nothing was there, so nothing is taken back
                self._settle(form)
                return redirect(self._address(self.progress))
        try:
            saved = self._save(answer, form.cleaned_data["revision"], seen)
        except Refused as refused:
            return self._refused(refused, form)
        before, self.response = self.progress, saved.response
        self._settle(form)
        self.progress = progress_in(self.response)
        address = self._address(before)
        if all(notice.understood for notice in saved.notices):
            return redirect(address)
        memory.interrupt(self.request.session, address)
        return redirect("warning")

    def _keep(self, form: AnswerForm) -> HttpResponse:
        """Keep what is typed on the page that the person may be about to leave; no rule reads it."""
        if self.question.code in self.progress.shown:
            self._settle(form)
            self._keep_unfinished(form)
        return HttpResponse(status=HTTPStatus.NO_CONTENT)

    def _keep_saved(self, form: AnswerForm) -> HttpResponse:
        """Of several answers the person chose the saved one, if it still is the one they saw."""
        if fingerprint(answers_of(self.response).get(self.question.code)) != form.cleaned_data["seen"]:
            return self._open(HTTPStatus.CONFLICT)
        self._settle(form)
        return redirect(self._address(self.progress, "on"))

    def _unreadable(self, form: AnswerForm) -> HttpResponse:
        """What was sent is no answer: keep it, and say so unless the person only wants to go elsewhere."""
        if self.question.code not in self.progress.shown:
            self._keep_unfinished(form)
            return self._hidden(HTTPStatus.CONFLICT)
        self._settle(form)
        self._keep_unfinished(form)
        if self.direction == "on":
            return self._show(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return redirect(self._address(self.progress))

    def _keep_unfinished(self, form: AnswerForm) -> None:
        page, seen = form.cleaned_data["page"], form.cleaned_data["seen"]
        keep_unfinished(self.response, self.question.code, page, form.texts, seen)

    def _settle(self, form: AnswerForm) -> None:
        settle_unfinished(self.response, self.question.code, form.cleaned_data["page"], self.settles)

    def _save(self, answer: Answer | None, revision: int, seen: str) -> Saved:
        """Save on top of what the person saw; another window's answers to OTHER questions are no conflict."""
        try:
            return save_answer(self.response, self.question.code, answer, revision=revision)
        except Refused as refused:
            if refused.code not in STALE:
                raise
            self.response.refresh_from_db()
            stored = answers_of(self.response).get(self.question.code)
            if stored != answer and fingerprint(stored) != seen:
                raise
            return save_answer(self.response, self.question.code, answer, revision=self.response.revision)

    def _refused(self, refused: Refused, form: AnswerForm) -> HttpResponse:
        match refused.code:
            case "response_submitted":
                return redirect("thank_you")
            case "consent_missing":
                return redirect("consent")
            case "question_hidden":
                self._keep_unfinished(form)
                return self._hidden(refused.status)
            case code if code in STALE:
                # Both answers are kept until the person has chosen.
                self._keep_unfinished(form)
                self.progress = progress_in(self.response)
                return self._conflict(form, refused.status)
            case _:
                return refusal(self.request, refused, title="This could not be saved")

    def _conflict(self, form: AnswerForm, status: int) -> HttpResponse:
        unsettled = unsettled_of(self.response).get(self.question.code, ())
        if any(row.page == form.cleaned_data["page"] for row in unsettled):
            return self._choose(unsettled, status)
        # The person took an answer back, which leaves nothing to keep.
        nothing = Waiting(gettext("No answer"), ())
        return self._choose(unsettled, status, nothing)

    def _choose(self, rows: Sequence[UnfinishedAnswer], status: int, *more: "Waiting") -> HttpResponse:
        """Show the saved answer and the others, and let the person choose; nothing is thrown away."""
        stored = answers_of(self.response).get(self.question.code)
        waiting = (*(Waiting.of(self.question, row) for row in rows), *more)
        context = self._context() | {
            "saved_words": words_of(self.question, stored) if stored else gettext("No answer"),
            "waiting": waiting,
            "settles": [token_of(row) for row in rows],
            # Choosing settles what is shown by its token, and not what a window has typed since.
            "new_page": new_page(),
            "revision": self.response.revision,
            "seen": fingerprint(stored),
            "whose": mark_of(self.response),
        }
        return render(self.request, "questionnaires/conflict.html", context, status=status)

    def _hidden(self, status: int) -> HttpResponse:
        return render(
            self.request, "questionnaires/hidden.html", {"clinic": self.response.clinic}, status=status
        )

    def unanswered(self) -> dict[str, object]:
        """What the question's template needs to ask somebody who has not answered it."""
        initial = self._initial() | {"seen": "", "answer": []}
        return self._context() | {"form": AnswerForm(self.question, initial=initial)}

    def _show(
        self, form: AnswerForm, status: int = HTTPStatus.OK, settles: Sequence[str] = ()
    ) -> HttpResponse:
        stored = answers_of(self.response).get(self.question.code)
        context = self._context() | {
            "form": form,
            "settles": settles,
            # What stands in the form is not what is saved: say what is.
            "saved_words": words_of(self.question, stored) if form.is_bound and stored else "",
        }
        return render(self.request, "questionnaires/question.html", context, status=status)

    def _context(self) -> dict[str, object]:
        code, progress, definition = self.question.code, self.progress, self.response.version.definition
        is_shown = code in progress.shown
        opener = progress.section_of(code).questions[0].code if is_shown else ""
        return {
            "clinic": self.response.clinic,
            "question": self.question,
            "progress": progress,
            "section": next(one for one in definition.sections if self.question in one.questions),
            "opens_section": opener == code,
            "number": progress.shown.index(code) + 1 if is_shown else 0,
            "place": definition.questions.index(self.question),
            "then": self.then,
        }

    def _initial(self) -> dict[str, object]:
        stored = answers_of(self.response).get(self.question.code)
        other = memory.prefers_other_units(self.request.session)
        texts = partial(texts_in_other_units, self.question) if other else texts_of
        return {
            "revision": self.response.revision,
            "seen": fingerprint(stored),
            "whose": mark_of(self.response),
            "page": new_page(),
            "answer": texts(stored) if stored else [],
        }

    def _address(self, before: Progress, direction: str = "") -> str:
        """Where the button leads: on, back, or to the list of sections."""
        code, direction = self.question.code, direction or self.direction
        if direction == "list":
            return reverse("visit")
        if self.then == CHECK:
            # An answer may open new questions: ask those first, then return to the page of all answers.
            opened = [one.code for one in self.progress.unanswered if one.code not in before.shown]
            if direction == "on" and opened:
                return question_address(opened[0], CHECK)
            return f"{reverse('check_answers')}#{code}"
        if code not in self.progress.shown:
            return reverse("visit")
        if direction == "back":
            previous = self.progress.before(code)
            return question_address(previous) if previous else reverse("visit")
        following = self.progress.after(code)
        return question_address(following) if following else reverse("check_answers")


@dataclass(frozen=True)
class Waiting:
    """An unfinished answer as somebody reads it who has to choose between several."""

    words: str
    texts: tuple[str, ...]

    @classmethod
    def of(cls, question: Question, row: UnfinishedAnswer) -> "Waiting":
        """What was kept, in words; as it was typed where it is no answer."""
        try:
            words = words_of(question, read_answer_text(question, row.texts))
        except ProblemsFound:
            words = ", ".join(text for text in row.texts if text.strip())
        return cls(words, tuple(row.texts))


def new_page() -> str:
    """A name for a page as it was opened, so that two windows keep their unfinished answers apart."""
    return secrets.token_hex(PAGE_BYTES)


def question_address(code: str, then: str = "") -> str:
    """The address of a question; `then` is where the person goes afterwards."""
    address = reverse("question", kwargs={"code": code})
    return f"{address}?{urlencode({'then': then})}" if then else address


def fingerprint(answer: Answer | None) -> str:
    """A short proof of which answer a page showed; empty for none."""
    return "" if answer is None else sha256_of(answer_document(answer))


@for_visit(Step.CONFIRMED)
@require_http_methods(["GET", "HEAD", "POST"])
def warning(request: HttpRequest, response: QuestionnaireResponse) -> HttpResponse:
    """Say what to do now about the warning signs that the answers show; the form can go on."""
    if request.method == "POST":
        understand_notices(response, request.POST.getlist("notice"))
        return redirect(memory.interrupted_at(request.session) or reverse("visit"))
    notices = notices_of(response)
    if not notices:
        return redirect("visit")
    context = {
        "clinic": response.clinic,
        "notices": notices,
        "is_emergency": notices[0].urgency == "emergency",
        "is_sent": response.status == QuestionnaireResponse.Status.SUBMITTED,
    }
    return render(request, "questionnaires/warning.html", context)
