"""What an aid stands on: who made it, every source, and for clinicians every rule."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from decision_aid.models import DecisionAidVersion
from decision_aid.pages.clinicians import for_clinicians
from decision_aid.pages.options import released_document
from decision_aid.pages.patients import VisitedConsultation, for_patients
from decision_aid.selectors import releases_for
from decision_aid.summaries import asked_questions
from decision_aid.summaries.basis import rules_in_words, sources_for_clinicians, sources_for_patients
from decision_aid.summaries.patient import about_aid
from questionnaires.models import User


@gzip_page
@for_patients
@require_safe
def my_sources(request: HttpRequest, visited: VisitedConsultation) -> HttpResponse:
    """Where the patient's options come from; before release there is nothing here."""
    document = released_document(visited, "sources_viewed")
    if document.emergency:
        return redirect("my_options")
    context = {
        "clinic": visited.clinic,
        "about": document.about,
        "sources": sources_for_patients(visited.consultation.release.ruleset.document),
    }
    return render(request, "decision_aid/basis/my_sources.html", context)


@gzip_page
@for_clinicians
@require_safe
def about_release(request: HttpRequest, user: User, release_id: int) -> HttpResponse:
    """Who made an aid, for whom, and how it is kept up to date."""
    release = _release_or_404(user, release_id)
    document = release.ruleset.document
    context = _context(release) | {"about": about_aid(document), "document": document}
    return render(request, "decision_aid/basis/about.html", context)


@gzip_page
@for_clinicians
@require_safe
def sources(request: HttpRequest, user: User, release_id: int) -> HttpResponse:
    """Every source of an aid with what it is used for."""
    release = _release_or_404(user, release_id)
    context = _context(release) | {"sources": sources_for_clinicians(release.ruleset.document)}
    return render(request, "decision_aid/basis/sources.html", context)


@gzip_page
@for_clinicians
@require_safe
def rules(request: HttpRequest, user: User, release_id: int) -> HttpResponse:
    """Every rule and warning sign of an aid in plain words."""
    release = _release_or_404(user, release_id)
    asked = asked_questions(release.intake.definition, release.findings.definition)
    context = _context(release) | {"groups": rules_in_words(release.ruleset, asked)}
    return render(request, "decision_aid/basis/rules.html", context)


def _release_or_404(user: User, release_id: int) -> DecisionAidVersion:
    release = releases_for(user).filter(pk=release_id).first()
    if release is None:
        raise Http404
    return release


def _context(release: DecisionAidVersion) -> dict[str, Any]:
    return {"release": release, "title": release.ruleset.document["title"]}
