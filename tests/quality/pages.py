"""Every kind of page with somebody who may see it, as an address and the cookies that open it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Model
from django.urls import reverse

from decision_aid.models import Assessment, Consultation, DecisionAid, DecisionAidVersion, Summary
from questionnaires.definition.answers import read_answers
from questionnaires.definition.visibility import shown_questions
from questionnaires.models import Invitation, Questionnaire, QuestionnaireVersion, User
from questionnaires.services.inviting import invite
from questionnaires.services.reading_back import let_read_back
from questionnaires.services.unfinished import keep_unfinished
from questionnaires.services.visiting import begin_visit, confirm_visit

INVITED, ANSWERING, EMERGENCY, SENT, RELEASED = "S-1011", "S-1009", "S-1004", "S-1006", "S-1001"
EXAMINED, SIGNED, WAITING, UNDECIDED = "S-1002", "S-1003", "S-1008", "S-1010"


@dataclass(frozen=True)
class Sight:
    """A page as somebody sees it: `session` is the value of their cookie, empty for nobody."""

    name: str
    path: str
    session: str = ""
    for_patients: bool = True


def every_sight() -> Iterator[Sight]:
    """The patient's pages in the order in which a person comes to them, then the staff's."""
    yield from _patients_sights()
    yield from _staff_sights()


def _patients_sights() -> Iterator[Sight]:
    _, token = _invited(INVITED)
    yield Sight("link", reverse("link", args=[token]))
    yield Sight("link unknown", reverse("link", args=["no-such-link"]))
    yield Sight("visit ended", reverse("visit"))
    yield Sight("birth date", reverse("birth_date"), visit_of(INVITED, confirmed=False))
    yield Sight("consent", reverse("consent"), visit_of(INVITED))
    answering = visit_of(ANSWERING)
    yield Sight("task list", reverse("visit"), answering)
    for widget, code in _question_of_each_widget(ANSWERING).items():
        yield Sight(f"question by {widget}", reverse("question", args=[code]), answering)
    yield Sight("question unknown", reverse("question", args=["no_such_question"]), answering)
    yield Sight("check answers", reverse("check_answers"), answering)
    yield Sight("code", reverse("code"), visit_of(ANSWERING, reads=False))
    yield Sight("choice between two answers", _question_answered_twice(UNDECIDED), visit_of(UNDECIDED))
    yield Sight("warning", reverse("warning"), visit_of(EMERGENCY))
    yield Sight("thank you with a warning", reverse("thank_you"), visit_of(EMERGENCY))
    sent = visit_of(SENT)
    yield Sight("thank you", reverse("thank_you"), sent)
    yield Sight("documents", reverse("my_documents"), sent)
    yield Sight("options before release", reverse("my_options"), sent)
    released = visit_of(RELEASED)
    yield Sight("options", reverse("my_options"), released)
    yield Sight("compare two options", reverse("compare_options"), released)
    yield Sight("what matters", reverse("my_wishes"), released)
    yield Sight("sources of the options", reverse("my_sources"), released)
    yield Sight("is it ours", reverse("verify"))
    yield Sight("after the tablet", reverse("tablet_over"))


def _staff_sights() -> Iterator[Sight]:
    def seen_by(who: str, name: str, path: str) -> Sight:
        return Sight(name, path, staff_session(who), for_patients=False)

    yield Sight("sign in", reverse("account_login"), for_patients=False)
    yield Sight("reset password", reverse("account_reset_password"), for_patients=False)
    yield seen_by("surgeon", "worklist", reverse("worklist"))
    for number, what in (
        (EXAMINED, "to be signed"), (SIGNED, "signed"), (RELEASED, "released"),
        (WAITING, "without findings"), (EMERGENCY, "with an emergency"), (INVITED, "not begun"),
    ):  # fmt: skip
        yield seen_by("surgeon", f"sheet {what}", reverse("sheet", args=[consultation_of(number).pk]))
    yield seen_by("surgeon", "findings", reverse("findings", args=[consultation_of(WAITING).pk]))
    for route, who in (
        ("what_if", "surgeon"), ("answers", "surgeon"), ("sources", "surgeon"), ("note", "surgeon"),
        ("invitation", "coordinator"),
    ):  # fmt: skip
        yield seen_by(who, route.replace("_", " "), reverse(route, args=[consultation_of(EXAMINED).pk]))
    yield seen_by("administrator", "measures", reverse("measures"))
    release = consultation_of(RELEASED).release
    for route in ("about_release", "release_sources", "release_rules"):
        yield seen_by("surgeon", route.replace("_", " "), reverse(route, args=[release.pk]))
    yield seen_by("surgeon", "tokens", reverse("tokens"))
    yield seen_by("surgeon", "roles", reverse("roles"))
    yield seen_by("surgeon", "security", reverse("mfa_index"))
    aid = DecisionAid.objects.filter(clinic__slug="northfield").earliest("pk")
    option = aid.options.earliest("position")
    studio = (
        ("home", "studio_home", ()),
        ("outline", "studio_outline", (aid.intake_id,)),
        ("question", "studio_question", (aid.intake.sections.all()[0].questions.all()[1].pk,)),
        ("section", "studio_section", (aid.intake.sections.all()[0].pk,)),
        ("library", "studio_library", (aid.intake_id,)),
        ("preview", "studio_preview", (aid.intake_id,)),
        ("rules", "studio_rules", (aid.pk,)),
        ("rule", "studio_rule", (option.rules.all()[0].pk,)),
        ("sign", "studio_sign", (aid.warning_signs.all()[0].pk,)),
        ("changes", "studio_aid_changes", (aid.pk,)),
    )
    for what, route, rows in studio:
        yield seen_by("author", f"studio {what}", reverse(route, args=rows))
    yield seen_by("author", "administration", reverse("admin:index"))
    drafts: tuple[type[Model], ...] = (Questionnaire, DecisionAid)
    for model in drafts:
        row = model._default_manager.filter(clinic__slug="northfield").earliest("pk")
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        words = model._meta.verbose_name
        yield seen_by("author", f"edit {words}", reverse(f"admin:{name}_change", args=[row.pk]))
        yield seen_by("approver", f"publish {words}", reverse(f"admin:{name}_publish", args=[row.pk]))
    publications: tuple[tuple[type[Model], str], ...] = (
        (QuestionnaireVersion, "questionnaire__clinic"),
        (DecisionAidVersion, "aid__clinic"),
    )
    for published, whose in publications:
        row = published._default_manager.filter(**{f"{whose}__slug": "northfield"}).earliest("pk")
        words, name = (
            published._meta.verbose_name,
            f"{published._meta.app_label}_{published._meta.model_name}",
        )
        yield seen_by("author", f"read {words}", reverse(f"admin:{name}_change", args=[row.pk]))
    yield seen_by("administrator", "list of summaries", reverse("admin:decision_aid_summary_changelist"))


def consultation_of(number: str) -> Consultation:
    return Consultation.objects.get(patient__clinic__slug="northfield", patient__number=number)


@cache
def _invited(number: str) -> tuple[Invitation, str]:
    """One new link a person: a second would stop the first."""
    coordinator = User.objects.get(email="coordinator@northfield.example")
    return invite(consultation_of(number).response, coordinator)


def visit_of(number: str, *, confirmed: bool = True, reads: bool = True) -> str:
    """The session of a patient who opened a new link: before the birth date, after it, or after the code."""
    session = _new_session()
    begin_visit(session, _invited(number)[0])
    if confirmed:
        confirm_visit(session)
    if confirmed and reads:
        let_read_back(session, consultation_of(number).response)
    session.save()
    return str(session.session_key)


def staff_session(who: str) -> str:
    user = User.objects.get(email=f"{who}@northfield.example")
    session = _new_session()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def _new_session() -> SessionBase:
    store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
    return store()


def _question_of_each_widget(number: str) -> dict[str, str]:
    """The first question of each widget that this person may open: answered or next in line."""
    response = consultation_of(number).response
    definition = response.version.definition
    shown = shown_questions(definition, read_answers(definition, response.answers))
    first: dict[str, str] = {}
    for code in shown:
        first.setdefault(str(definition.question(code).widget), code)
    return first


def _question_answered_twice(number: str) -> str:
    """The address of a question at which another window has typed something else than is saved."""
    response = consultation_of(number).response
    keep_unfinished(response, "age_years", "0" * 8, ["61"], "")
    return reverse("question", args=["age_years"])


def documents_are_made() -> bool:
    """Whether the workers have finished every document of the demonstration."""
    return not Summary.objects.exclude(status="ready").exists() and Assessment.objects.exists()
