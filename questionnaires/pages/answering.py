"""Asking: the list of sections, one question a page, what to do about a warning sign."""

from http import HTTPStatus
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from questionnaires.definition.answers import Answer, Answers, answer_document, answer_words, read_answers
from questionnaires.definition.digest import sha256_of
from questionnaires.definition.schema import Question
from questionnaires.definition.visibility import shown_questions
from questionnaires.models import QuestionnaireResponse
from questionnaires.pages import memory
from questionnaires.pages.forms import AnswerForm
from questionnaires.pages.progress import Progress, progress_of
from questionnaires.pages.visits import Step, for_visit, refusal
from questionnaires.pages.widgets import texts_of
from questionnaires.services.answering import Saved, save_answer
from questionnaires.services.refusals import Refused

STALE = frozenset({"stale_revision", "stale_state"})
CHECK = "check"  # the person came from the page of all answers, and goes back to it


def answers_of(response: QuestionnaireResponse) -> Answers:
    """The answers of a response, typed."""
    return read_answers(response.version.definition, response.answers)


def progress_in(request: HttpRequest, response: QuestionnaireResponse) -> Progress:
    """Where the person stands in this visit."""
    definition, answers = response.version.definition, answers_of(response)
    shown = shown_questions(definition, answers)
    return progress_of(definition, answers, shown, memory.passed_over(request.session))


@for_visit(Step.CONSENTED)
@require_http_methods(["GET", "HEAD"])
def visit(request: HttpRequest, response: QuestionnaireResponse) -> HttpResponse:
    """List the sections with their honest state, and offer to go on."""
    progress = progress_in(request, response)
    context = {
        "response": response,
        "clinic": response.clinic,
        "definition": response.version.definition,
        "progress": progress,
        "notices": memory.kept_notices(request.session),
    }
    return render(request, "questionnaires/visit.html", context)


@for_visit(Step.CONSENTED)
@sensitive_post_parameters("answer")
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, response: QuestionnaireResponse, code: str) -> HttpResponse:
    """Ask one question; every way off the page keeps what was typed."""
    definition = response.version.definition
    if code not in definition.types:
        return refusal(
            request,
            Refused("unknown_question", "There is no such question in this form.", HTTPStatus.NOT_FOUND),
            title="We do not have this question",
        )
    return QuestionPage(request, response, definition.question(code)).answer()


class QuestionPage:
    """One question of one visit, asked (GET) or answered (POST)."""

    def __init__(self, request: HttpRequest, response: QuestionnaireResponse, question: Question) -> None:
        self.request, self.response, self.question = request, response, question
        self.progress = progress_in(request, response)
        self.then = CHECK if (request.GET.get("then") or request.POST.get("then")) == CHECK else ""
        self.direction = request.POST.get("go", "on")

    def answer(self) -> HttpResponse:
        """Do what the request asks."""
        if self.request.method == "POST":
            return self._receive()
        if self.question.code not in self.progress.shown:
            return self._hidden(HTTPStatus.NOT_FOUND)
        draft = memory.kept_draft(self.request.session, self.question.code)
        if draft is None:
            return self._show(AnswerForm(self.question, initial=self._initial()))
        # Unfinished input comes back with its message, on top of the newest answers.
        data = self.request.POST.copy()
        data.setlist("answer", draft)
        data.update({name: str(value) for name, value in self._initial().items() if name != "answer"})
        return self._show(AnswerForm(self.question, data))

    def _receive(self) -> HttpResponse:
        form = AnswerForm(self.question, self.request.POST)
        if not form.is_valid():
            return self._unreadable(form)
        answer: Answer | None = form.cleaned_data["answer"]
        session, code, seen = self.request.session, self.question.code, form.cleaned_data["seen"]
        if answer is None:
            if self.direction == "on":
                memory.pass_over(session, code)
            if not seen:  # nothing was there, so nothing is taken back
                memory.drop_draft(session, code)
                return redirect(self._address(self.progress))
        try:
            saved = self._save(answer, form.cleaned_data["revision"], seen)
        except Refused as refused:
            return self._refused(refused, form, answer)
        memory.drop_draft(session, code)
        before, self.response = self.progress, saved.response
        self.progress = progress_in(self.request, self.response)
        address = self._address(before)
        return redirect("warning" if memory.keep_notices(session, saved.notices, address) else address)

    def _unreadable(self, form: AnswerForm) -> HttpResponse:
        """What was sent is no answer: keep it, and say so unless the person only wants to go elsewhere."""
        if "answer" not in form.errors:  # the page's own hidden fields are broken: nobody typed them
            sentence = "Your browser did not send the whole page. Please open the question once more."
            refused = Refused("incomplete_page", sentence)
            return refusal(self.request, refused, title="This could not be saved")
        if self.question.code not in self.progress.shown:
            return self._hidden(HTTPStatus.CONFLICT)
        if any(text.strip() for text in form.texts):
            memory.keep_draft(self.request.session, self.question.code, form.texts)
        if self.direction == "on":
            return self._show(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return redirect(self._address(self.progress))

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

    def _refused(self, refused: Refused, form: AnswerForm, answer: Answer | None) -> HttpResponse:
        match refused.code:
            case "response_submitted":
                return redirect("thank_you")
            case "consent_missing":
                return redirect("consent")
            case "question_hidden":
                return self._hidden(refused.status)
            case code if code in STALE:
                return self._conflict(form, answer, refused.status)
            case _:
                return refusal(self.request, refused, title="This could not be saved")

    def _conflict(self, form: AnswerForm, answer: Answer | None, status: int) -> HttpResponse:
        """Show both answers and let the person choose; nothing is thrown away by itself."""
        stored = answers_of(self.response).get(self.question.code)
        context = self._context() | {
            "saved_words": answer_words(self.question, stored) if stored else "No answer",
            "own_words": answer_words(self.question, answer) if answer else "No answer",
            "texts": form.texts,
            "revision": self.response.revision,
            "seen": fingerprint(stored),
            "next_address": self._address(self.progress, "on"),
        }
        return render(self.request, "questionnaires/conflict.html", context, status=status)

    def _hidden(self, status: int) -> HttpResponse:
        return render(
            self.request, "questionnaires/hidden.html", {"clinic": self.response.clinic}, status=status
        )

    def _show(self, form: AnswerForm, status: int = HTTPStatus.OK) -> HttpResponse:
        context = self._context() | {"form": form}
        return render(self.request, "questionnaires/question.html", context, status=status)

    def _context(self) -> dict[str, object]:
        code, progress = self.question.code, self.progress
        section = progress.section_of(code) if code in progress.shown else None
        return {
            "clinic": self.response.clinic,
            "question": self.question,
            "progress": progress,
            "section": section,
            "opens_section": section is not None and section.questions[0].code == code,
            "number": progress.shown.index(code) + 1 if section else 0,
            "is_first": not self.progress.before(code) if section else False,
            "then": self.then,
        }

    def _initial(self) -> dict[str, object]:
        stored = answers_of(self.response).get(self.question.code)
        return {
            "revision": self.response.revision,
            "seen": fingerprint(stored),
            "answer": texts_of(stored) if stored else [],
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
        return redirect(memory.understand_notices(request.session) or reverse("visit"))
    notices = memory.kept_notices(request.session)
    if not notices:
        return redirect("visit")
    context = {
        "clinic": response.clinic,
        "notices": notices,
        "is_emergency": notices[0].urgency == "emergency",
    }
    return render(request, "questionnaires/warning.html", context)
