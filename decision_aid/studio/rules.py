"""Rules as tables that a clinician can read, each with the people it holds of, and the page to write one."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from decision_aid.models import DecisionAid, ScoringRule, TreatmentOption, WarningSign
from decision_aid.services.checking import read_draft
from decision_aid.services.editing import editing_aid
from decision_aid.studio.access import (
    aids_for,
    for_office,
    keep_reason,
    kept_reason,
    may_write,
    require_writer,
)
from decision_aid.studio.counting import RuleCounts, counts_of
from decision_aid.studio.places import mends_of_aid
from decision_aid.studio.rule_forms import RuleForm, SignForm
from decision_aid.studio.vocabulary import Checked, Vocabulary
from questionnaires.definition.problems import Problem, ProblemsFound
from questionnaires.models import User
from questionnaires.services.editing import mark_of, next_position, require_unchanged
from questionnaires.services.refusals import Refused


def aid_or_404(user: User, aid_id: int) -> DecisionAid:
    """A draft of the user's clinics; another clinic's does not exist."""
    found = aids_for(user).filter(pk=aid_id).first()
    if found is None:
        raise Http404
    return found


@for_office
@require_safe
def rules(request: HttpRequest, user: User, aid_id: int) -> HttpResponse:
    """Warning signs, each treatment's rules and figures, scales and sources, with counts of people."""
    aid = aid_or_404(user, aid_id)
    vocabulary = Vocabulary.of_aid(aid)
    counts: RuleCounts | None = None
    problems: tuple[Problem, ...] = ()
    try:
        counts = counts_of(aid, read_draft(aid).ruleset)
    except ProblemsFound as found:
        problems = found.problems
    labels = dict(aid.outcomes.values_list("code", "asks"))
    sources = {row.code: _source_words(row) for row in aid.sources.all()}
    context = {
        "aid": aid,
        "mends": mends_of_aid(aid, problems),
        "counts": counts,
        "signs": [
            {
                "row": sign,
                "said": vocabulary.said(sign.condition),
                "count": _counts(counts, sign.code),
                "sources": _cited(sign.sources, sources),
            }
            for sign in aid.warning_signs.all()
        ],
        "options": [
            {
                "row": option,
                "rules": [_rule_row(rule, vocabulary, counts, sources) for rule in option.rules.all()],
                "estimates": [
                    {
                        "row": row,
                        "asks": labels.get(row.outcome, row.outcome),
                        "sources": _cited(row.sources, sources),
                    }
                    for row in option.estimates.all()
                ],
            }
            for option in aid.options.prefetch_related("rules", "estimates")
        ],
        "scales": [
            {"row": scale, "said": _scale_words(scale, vocabulary), "sources": _cited(scale.sources, sources)}
            for scale in aid.scales.all()
        ],
        "sources": aid.sources.all(),
        "may_write": may_write(user, aid.clinic),
    }
    return render(request, "studio/rules.html", context)


def _rule_row(
    rule: ScoringRule, vocabulary: Vocabulary, counts: RuleCounts | None, sources: dict[str, str]
) -> dict[str, Any]:
    return {
        "row": rule,
        "said": vocabulary.said(rule.condition),
        "count": _counts(counts, rule.code),
        "sources": _cited(rule.sources, sources),
    }


def _counts(counts: RuleCounts | None, code: str) -> list[tuple[str, Any]]:
    if counts is None:
        return []
    return [(_("golden cases"), counts.golden.get(code)), (_("stored answers"), counts.stored.get(code))]


def _cited(codes: Any, sources: dict[str, str]) -> list[str]:
    return [sources.get(str(code), str(code)) for code in codes] if isinstance(codes, list) else []


def _source_words(row: Any) -> str:
    return (
        f"{row.first_author} {row.year}" if row.first_author and row.year else Truncator(row.title).words(9)
    )


def _scale_words(scale: Any, vocabulary: Vocabulary) -> list[str]:
    texts = [scale.expression] if scale.expression else [str(item) for item in scale.items]
    return [vocabulary.said(text) for text in texts]


# ── One rule, one sign ──────────────────────────────────────────────────────────────────────────────────


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, user: User, rule_id: int) -> HttpResponse:
    """One rule: read, change, take out."""
    row = (
        ScoringRule.objects.filter(pk=rule_id, option__aid__in=aids_for(user))
        .select_related("option__aid__clinic", "option__aid__intake", "option__aid__findings")
        .first()
    )
    if row is None:
        raise Http404
    return _RulePage(request, user, row.option.aid, row).answer()


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def new_rule(request: HttpRequest, user: User, option_id: int) -> HttpResponse:
    """A rule that is not there yet, at the end of its treatment's."""
    option = (
        TreatmentOption.objects.filter(pk=option_id, aid__in=aids_for(user)).select_related("aid").first()
    )
    if option is None:
        raise Http404
    return _RulePage(request, user, option.aid, ScoringRule(option=option)).answer()


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, user: User, sign_id: int) -> HttpResponse:
    """One warning sign: read, change, take out."""
    row = WarningSign.objects.filter(pk=sign_id, aid__in=aids_for(user)).select_related("aid__clinic").first()
    if row is None:
        raise Http404
    return _RulePage(request, user, row.aid, row).answer()


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def new_sign(request: HttpRequest, user: User, aid_id: int) -> HttpResponse:
    """A warning sign that is not there yet, at the end."""
    aid = aid_or_404(user, aid_id)
    return _RulePage(request, user, aid, WarningSign(aid=aid)).answer()


class _RulePage:
    """One rule or warning sign of a draft, there already or not yet."""

    def __init__(
        self, request: HttpRequest, user: User, aid: DecisionAid, row: ScoringRule | WarningSign
    ) -> None:
        self.request, self.user, self.aid, self.row = request, user, aid, row
        self.vocabulary = Vocabulary.of_aid(aid)

    def _form(self, data: Any = None) -> RuleForm | SignForm:
        if isinstance(self.row, ScoringRule):
            return RuleForm(self.aid, self.vocabulary, data, instance=self.row)
        return SignForm(self.aid, self.vocabulary, data, instance=self.row)

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self._show(self._form(), mark_of(self.row) if self.row.pk else "")
        require_writer(self.user, self.aid.clinic)
        reason, mark = keep_reason(self.request, self.aid), self.request.POST.get("mark", "")
        take_out = self.request.POST.get("act") == "take out" and self.row.pk is not None
        form = self._form(None if take_out else self.request.POST)
        if not take_out and not form.is_valid():
            return self._show(form, mark, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            with editing_aid(self.aid, self.user, reason, self.vocabulary.said):
                self._change(form, mark, take_out=take_out)
        except Refused as refused:
            return self._show(form, mark, refused, refused.status)
        if take_out:
            messages.success(self.request, _("It was taken out of the draft."))
            return redirect("studio_rules", self.aid.pk)
        for words in form.remarks:
            messages.warning(self.request, words)
        messages.success(self.request, _("Saved."))
        name = "studio_rule" if isinstance(self.row, ScoringRule) else "studio_sign"
        return redirect(name, self.row.pk)

    def _change(self, form: RuleForm | SignForm, mark: str, *, take_out: bool) -> None:
        if self.row.pk:
            require_unchanged(self.row, mark)
        else:
            self.row.position = next_position(self._siblings())
        if take_out:
            self.row.delete()
        else:
            form.save()

    def _siblings(self) -> models.Manager[Any]:
        return self.row.option.rules if isinstance(self.row, ScoringRule) else self.aid.warning_signs

    def _show(
        self,
        form: RuleForm | SignForm,
        mark: str,
        refused: Refused | None = None,
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        text = str(form["condition"].value() or "")
        is_rule = isinstance(self.row, ScoringRule)
        context: dict[str, Any] = {
            "aid": self.aid,
            "row": self.row,
            "is_rule": is_rule,
            "form": form,
            "mark": mark,
            "refused": refused,
            "because": kept_reason(self.request, self.aid),
            "may_write": may_write(self.user, self.aid.clinic),
            "checked": self.vocabulary.check(text) if text else Checked("", (), ""),
            "completions": self.vocabulary.completions(),
            "back": f"{reverse('studio_rules', args=[self.aid.pk])}#{self._place()}",
            "duplicates": form.duplicates(text) if text else [],
        }
        if self.row.pk and not form.is_bound:
            try:
                counts = counts_of(self.aid, read_draft(self.aid).ruleset)
                context |= {"count": _counts(counts, self.row.code), "counts": counts}
            except ProblemsFound as found:
                address = reverse("studio_rule" if is_rule else "studio_sign", args=[self.row.pk])
                mends = mends_of_aid(self.aid, found.problems)
                context |= {
                    "mends": [mend for mend in mends if mend.address.startswith(address)],
                    "others": sum(not mend.address.startswith(address) for mend in mends),
                }
        return render(self.request, "studio/rule.html", context, status=status)

    def _place(self) -> str:
        return f"option-{self.row.option_id}" if isinstance(self.row, ScoringRule) else "signs"
