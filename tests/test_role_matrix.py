"""Every route, for every role, by GET and by POST, against the policy in role_matrix.txt."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from http.cookies import SimpleCookie
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib import admin
from django.contrib.admindocs.views import simplify_regex
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import transaction
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from config.demonstration import Cast, bring_to_stage, open_clinic, publish_pack
from decision_aid.models import (
    Alert,
    Consultation,
    DecisionAidVersion,
    GateReport,
    InstrumentLicence,
    Review,
    Summary,
    Wishes,
)
from decision_aid.packs import Pack
from decision_aid.services.gate import open_gate
from decision_aid.services.planning import plan_consultation
from decision_aid.services.rescoring import begin_rescoring
from decision_aid.services.summarising import render_summary
from questionnaires.admin.access import ClinicScoped
from questionnaires.models import AuditEvent, Clinic, Membership, OutboxEvent, Webhook
from questionnaires.services.inviting import invite
from questionnaires.services.tokens import issue_token
from tests.cast import ELSEWHERE, HOME, PASSWORD, QUICK_HASHER, Rows, Visit, new_patient, put_back, visiting

TABLE = Path(__file__).with_name("role_matrix.txt")
ROLES = (
    "anonymous", "patient", "other_patient", "surgeon", "stranger", "author", "approver", "administrator",
    "coordinator",
)  # fmt: skip
METHODS = ("GET", "POST")
BY_BROWSERS = "/policy-reports/"  # sent by themselves, without a form; nothing is kept but a line of the log
Fields = Mapping[str, Any]


def every_route() -> list[str]:
    """The address of every route as Django documents it: `/api/v1/alerts/<pk>/`."""

    def walk(resolver: URLResolver, before: str) -> Iterator[str]:
        for entry in resolver.url_patterns:
            pattern = before + str(entry.pattern)
            if isinstance(entry, URLPattern):
                yield re.sub(r"<\w+:(\w+)>", r"<\1>", simplify_regex(pattern))
            else:
                yield from walk(entry, pattern)

    return sorted(set(walk(get_resolver(), "")))


def policy() -> dict[tuple[str, str], dict[str, str]]:
    """The table: what each role gets, by method and route."""
    lines = [line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    return {(method, route): dict(zip(ROLES, cells, strict=True)) for method, route, *cells in lines}


# ── The scene: two patients of one clinic, one released to and one in the middle of the form ────────────


@dataclass
class Scene:
    """Who is signed in where, and whose records the addresses name: all of the surgeon's clinic."""

    cookies: dict[str, SimpleCookie]
    values: dict[str, str]
    bodies: dict[str, Fields]
    files: Path

    def address(self, route: str) -> str:
        """The route with the ids of the scene in it."""
        if route in self.values:
            return self.values[route]
        for name in (
            "token",
            "code",
            "option",
            "consultation_id",
            "alert_id",
            "assessment_id",
            "summary_id",
            "release_id",
            "form",
            "token_id",
            "questionnaire_id",
            "section_id",
            "question_id",
            "aid_id",
            "option_id",
            "rule_id",
            "sign_id",
        ):
            route = route.replace(f"<{name}>", self.values[name])
        return route

    def body(self, route: str) -> Fields:
        if route.startswith("/administration/"):
            return {"post": "yes", "reason": "A new year."}
        return self.bodies.get(route, {})


@pytest.fixture(scope="module")
def db(
    published_rows: Rows, django_db_blocker: DjangoDbBlocker, place: Path, spine_pack: Pack
) -> Iterator[Scene]:
    """The database with one scene for the whole module, in a transaction that is rolled back."""
    quick = override_settings(PASSWORD_HASHERS=[QUICK_HASHER], MEDIA_ROOT=place / "matrix")
    with quick, django_db_blocker.unblock(), transaction.atomic():
        put_back(published_rows)
        yield set_scene(place / "matrix", spine_pack)
        transaction.set_rollback(True)


def set_scene(files: Path, pack: Pack) -> Scene:
    home, elsewhere = open_clinic(*HOME, PASSWORD), open_clinic(*ELSEWHERE, PASSWORD)
    aid: Mapping[str, Any] = pack.aid
    facts = {case["id"]: case["facts"] for case in aid["golden_cases"]}
    shown = planned(home, pack, "M-1")
    bring_to_stage(shown, facts["typical_disc"], "released")
    asked = planned(home, pack, "M-2")
    bring_to_stage(asked, facts["typical_stenosis"], "answering")
    asked.response.refresh_from_db()
    examined = planned(home, pack, "M-3")
    bring_to_stage(examined, facts["disc_severe_weakness_early"], "findings")
    alert = Alert.objects.create(
        clinic=home.clinic,
        consultation=examined,
        sign="a_sign",
        title="A sign",
        urgency="urgent",
        raised_at=timezone.now(),
    )
    Webhook.objects.create(clinic=home.clinic, url="https://events.example/", due_at=timezone.now())
    assessment = examined.assessments.latest("number")
    own_copy = Summary.objects.get(assessment__consultation=shown, audience="answers")
    render_summary(own_copy.pk)
    failed = Summary.objects.filter(assessment=assessment, audience="surgeon").earliest("requested_at")
    Summary.objects.filter(pk=failed.pk).update(status="failed", failure="TypstError")
    users = {
        "surgeon": home.surgeon,
        "stranger": elsewhere.surgeon,
        "author": home.author,
        "approver": home.approver,
        "administrator": home.administrator,
        "coordinator": home.coordinator,
    }
    clients = {name: Client() for name in users}
    for name, user in users.items():
        clients[name].force_login(user)
    _, token = invite(shown.response, home.coordinator)
    _, other_token = invite(asked.response, home.coordinator)
    clients |= {
        "anonymous": Client(),
        "patient": visiting(Visit(shown, token)),
        "other_patient": visiting(Visit(asked, other_token)),
    }
    release = shown.release
    pages = {
        "token": token,
        "code": "age_years",
        "option": "tubular_microdiscectomy",
        "consultation_id": str(shown.pk),
        "alert_id": str(alert.pk),
        "assessment_id": str(assessment.pk),
        "summary_id": str(own_copy.pk),
        "release_id": str(release.pk),
        "form": "csv",
        "token_id": str(issue_token(home.surgeon, "a script", ["care.read"], 1, home.surgeon)[0].pk),
        **studio_rows(release),
        "/documents/<summary_id>/retry/": f"/documents/{failed.pk}/retry/",
        "/accounts/confirm-email/<key>/": "/accounts/confirm-email/k/",
        "/accounts/password/reset/key/<uidb36>-<key>/": "/accounts/password/reset/key/1-k/",
        "/accounts/2fa/webauthn/keys/<pk>/edit/": "/accounts/2fa/webauthn/keys/1/edit/",
        "/accounts/2fa/webauthn/keys/<pk>/remove/": "/accounts/2fa/webauthn/keys/1/remove/",
    }
    rows = {
        "questionnaires": release.intake_id,
        "responses": asked.response_id,
        "releases": release.pk,
        "consultations": shown.pk,
        "alerts": alert.pk,
        "assessments": assessment.pk,
        "reviews": Review.objects.filter(assessment__consultation=shown).earliest("at").pk,
        "summaries": own_copy.pk,
        "patients": shown.patient_id,
        "memberships": Membership.objects.filter(clinic=home.clinic).earliest("pk").pk,
        "audit": AuditEvent.objects.filter(clinic=home.clinic).earliest("number").pk,
        "events": OutboxEvent.objects.filter(clinic=home.clinic).earliest("number").pk,
        "webhooks": Webhook.objects.get(clinic=home.clinic).pk,
        "invitations": asked.response.invitations.latest("created_at").pk,
        "wishes": wish_for(shown).pk,
        "rescorings": begin_rescoring(release.aid, release, None).pk,
        "questionnaire-drafts": release.intake.questionnaire_id,
        "aid-drafts": release.aid_id,
        "gates": gate_of(home, release).pk,
        "golden-cases": release.aid.golden_cases.earliest("position").pk,
    }
    api = {
        route: route.replace("<pk>", str(rows[route.split("/")[3]]))
        for route in every_route()
        if route.startswith("/api/v1/") and "<pk>" in route
    }
    bodies: dict[str, Fields] = {
        "/alerts/<alert_id>/acknowledge/": {"action": "Telephoned."},
        "/assessments/<assessment_id>/exercise/": {"option": assessment.report["options"][0]["id"]},
        "/assessments/<assessment_id>/override/": an_override(assessment.report),
        "/consultations/<consultation_id>/invitation/": {"act": "email"},
        "/visit/birth-date/": {"day": "28", "month": "2", "year": "1970"},
        "/visit/consent/": {"answered_by": "patient"},
        "/api/v1/responses/": {"patient": str(shown.patient_id), "version": release.intake_id},
        "/api/v1/responses/<pk>/answers/": {
            "revision": asked.response.revision,
            "answers": {"age_years": {"value": 50}},
        },
        "/api/v1/consultations/": {
            "patient": str(shown.patient_id),
            "surgeon": home.surgeon.pk,
            "release": release.pk,
            "scheduled_at": "2030-01-01T09:00:00Z",
        },
        "/api/v1/alerts/<pk>/acknowledge/": {"action": "Telephoned."},
        "/api/v1/patients/": {
            "clinic": home.clinic.slug,
            "number": "N-1",
            "given_name": "Ó",
            "family_name": "Ñ",
            "birth_date": "1970-01-01",
        },
        "/api/v1/invitations/": {"consultation": str(asked.pk), "channel": "letter"},
        "/api/v1/summaries/": {"assessment": str(assessment.pk), "audience": "surgeon"},
        "/api/v1/rescorings/": {"release": release.pk},
        "/api/v1/gates/": {"aid": release.aid_id, "reason": "A new year."},
        "/api/v1/gates/<pk>/approve/": {"sha256": "0" * 64},
        "/api/v1/releases/<pk>/restore/": {"reason": "It was better."},
        "/api/v1/webhooks/<pk>/replay/": {"after": 0},
        "/api/v1/reviews/": {"assessment": str(assessment.pk), "act": "signed"},
        "/api/v1/assess/": {"release": release.pk, "facts": {}},
    }
    GateReport.objects.create(
        clinic=home.clinic,
        aid=release.aid,
        number=2,
        against=release,
        reason="To see.",
        author=home.author,
        requested_by=home.author,
        requested_at=timezone.now(),
    )
    InstrumentLicence.objects.create(
        clinic=home.clinic, instrument="odi", holder="H", number="1", valid_from=date(2026, 1, 1)
    )
    cookies = {name: clients[name].cookies for name in ROLES}
    return Scene(cookies, pages | api | administration_addresses(home), bodies, files)


def wish_for(consultation: Consultation) -> Wishes:
    released = consultation.assessments.latest("number")
    return Wishes.objects.create(
        clinic=consultation.clinic,
        consultation=consultation,
        assessment=released,
        number=1,
        said_at=timezone.now(),
    )


def studio_rows(release: DecisionAidVersion) -> dict[str, str]:
    """The ids of draft rows that the studio's addresses name."""
    aid = release.aid
    section, option = aid.intake.sections.all()[0], aid.options.all()[0]
    rows = {
        "questionnaire_id": aid.intake,
        "section_id": section,
        "question_id": section.questions.all()[0],
        "aid_id": aid,
        "option_id": option,
        "rule_id": option.rules.all()[0],
        "sign_id": aid.warning_signs.all()[0],
    }
    return {name: str(row.pk) for name, row in rows.items()}


def gate_of(cast: Cast, release: DecisionAidVersion) -> GateReport:
    release.aid.title += "."
    release.aid.save()
    return open_gate(release.aid, cast.author, "A better title.")


def planned(cast: Cast, pack: Pack, number: str) -> Consultation:
    release = publish_pack(cast, pack)
    patient = new_patient(cast.clinic, number)
    return plan_consultation(release, patient, cast.surgeon, timezone.now() + timedelta(days=1))


def an_override(report: Mapping[str, Any]) -> dict[str, str]:
    option = report["options"][0]["id"]
    return {"option": option, "candidacy": "possible", "reason": "imaging", "words": "As the scan shows."}


def administration_addresses(cast: Cast) -> dict[str, str]:
    """The addresses of the administration with a row of the surgeon's clinic for each model."""
    addresses = {
        "/administration/r/<content_type_id>/<object_id>/": reverse(
            "admin:view_on_site",
            args=[ContentType.objects.get_for_model(type(cast.clinic)).pk, cast.clinic.pk],
        ),
        "/administration/<app_label>/": reverse("admin:app_list", args=["questionnaires"]),
        "/administration/<url>": "/administration/no-such-page/",
    }
    for model, registered in admin.site._registry.items():
        assert isinstance(registered, ClinicScoped), f"the administration of {model.__name__} knows no clinic"
        own = {f"{registered.clinic_path}__in": Clinic.objects.filter(pk=cast.clinic.pk)}
        row = model._default_manager.filter(**own).order_by("pk").first()
        assert row is not None, f"the scene has no {model.__name__}"
        base = f"/administration/{model._meta.app_label}/{model._meta.model_name}"
        for end in ("", "history/", "delete/", "change/", "publish/", "return/"):
            addresses[f"{base}/<object_id>/{end}"] = f"{base}/{row.pk}/{end}"
        addresses[f"{base}/<id>/password/"] = f"{base}/{row.pk}/password/"
    return addresses


# ── What is asked, and what is answered ─────────────────────────────────────────────────────────────────


def ask(scene: Scene, role: str, method: str, route: str, *, csrf: bool = False) -> HttpResponseBase:
    """Send the request as this role; whatever it changed is undone."""
    client = Client(enforce_csrf_checks=csrf)
    client.cookies = SimpleCookie({name: morsel.value for name, morsel in scene.cookies[role].items()})
    cache.clear()
    kind = {"content_type": "application/json"} if route.startswith("/api/") else {}
    with transaction.atomic():
        response: HttpResponseBase = (
            client.get(scene.address(route))
            if method == "GET"
            else client.post(scene.address(route), scene.body(route), **kind)  # type: ignore[arg-type]
        )
        transaction.set_rollback(True)
    if isinstance(response, StreamingHttpResponse):
        b"".join(response)  # reading to the end closes the file
    return response


def told(response: HttpResponseBase) -> str:
    """The answer in a word: its status, or where it sends the asker."""
    if response.status_code not in {301, 302}:
        return str(response.status_code)
    where = urlsplit(response.headers["Location"]).path
    return "sign-in" if where in {reverse("account_login"), reverse("admin:login")} else "elsewhere"


@pytest.fixture
def scene(db: Scene, settings: Any) -> Scene:
    settings.MEDIA_ROOT = db.files
    return db


@pytest.mark.parametrize("route", every_route())
def test_every_role_gets_what_the_policy_says(scene: Scene, route: str) -> None:
    table = policy()
    found = {
        (method, route): {role: told(ask(scene, role, method, route)) for role in ROLES} for method in METHODS
    }
    expected = {key: table.get(key, {}) for key in found}
    assert found == expected, "\n".join(
        f"{method:<4} {route} {' '.join(cells.values())}" for (method, route), cells in found.items()
    )


def test_the_policy_has_no_row_for_a_route_that_is_gone() -> None:
    assert set(policy()) == set(product(METHODS, every_route()))


@pytest.mark.parametrize("role", ["anonymous", "other_patient", "surgeon", "administrator"])
def test_nothing_is_sent_without_the_token_of_a_form(scene: Scene, role: str) -> None:
    let_through = {
        route: answer
        for route in every_route()
        if route != BY_BROWSERS
        and (answer := told(ask(scene, role, "POST", route, csrf=True))) not in {"401", "403"}
    }
    assert let_through == {}
