"""Two clinics with the same records, where every word that somebody typed names the clinic it belongs to."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from config.demonstration import Cast, bring_to_stage, open_clinic, publish_pack
from decision_aid.models import (
    Alert,
    Assessment,
    Consultation,
    DecisionAidVersion,
    GateReport,
    GoldenCase,
    Rescoring,
    Review,
    Summary,
    Wishes,
)
from decision_aid.packs import Pack
from decision_aid.services.gate import open_gate
from decision_aid.services.planning import plan_consultation
from decision_aid.services.rescoring import begin_rescoring
from decision_aid.services.reviewing import add_addendum
from decision_aid.services.summarising import render_summary
from questionnaires.models import (
    AuditEvent,
    Invitation,
    Membership,
    OutboxEvent,
    Patient,
    QuestionnaireResponse,
    User,
    Webhook,
)
from questionnaires.services.inviting import invite
from questionnaires.services.tokens import issue_token, scopes_held
from tests.cast import ELSEWHERE, HOME, PASSWORD, QUICK_HASHER, Rows, put_back

CANARIES = {HOME[0]: "Zaunkoenigin", ELSEWHERE[0]: "Ziegenmelker"}
Keys = Mapping[str, list[Any]]


@dataclass(frozen=True)
class Twin:
    """One of the clinics: its people, its tokens, and the keys of its records by the name they go by."""

    cast: Cast
    canary: str
    secrets: Mapping[str, str]  # by role
    keys: Keys

    @property
    def words(self) -> set[str]:
        """What its people have typed, and what it is called in addresses."""
        return {self.canary, self.cast.clinic.slug}

    @property
    def marks(self) -> set[str]:
        """What nobody of the other clinic may ever see: its words, and the keys of its patients' records."""
        uuids = {key for keys in self.keys.values() for key in map(str, keys) if len(key) == 36}
        return self.words | uuids


@dataclass(frozen=True)
class Twins:
    """The clinic at home and the one elsewhere."""

    home: Twin
    elsewhere: Twin
    files: Path


@contextmanager
def two_clinics(published_rows: Rows, pack: Pack, files: Path) -> Iterator[Twins]:
    """Both clinics with their records, in a transaction that is rolled back."""
    quick = override_settings(PASSWORD_HASHERS=[QUICK_HASHER], MEDIA_ROOT=files, API_CALLS_A_MINUTE=10**9)
    with quick, transaction.atomic():
        put_back(published_rows)
        yield Twins(twin_of(HOME, pack), twin_of(ELSEWHERE, pack), files)
        transaction.set_rollback(True)


def twin_of(named: tuple[str, str], pack: Pack) -> Twin:
    """Fill a clinic: a patient who sees the options, one with findings, one in the middle of the form."""
    cast, canary = open_clinic(*named, PASSWORD), CANARIES[named[0]]
    sign_everything(cast, canary)
    release = publish_pack(cast, pack)
    aid: Mapping[str, Any] = pack.aid
    facts = {case["id"]: case["facts"] for case in aid["golden_cases"]}
    shown = planned(cast, release, canary, 1)
    bring_to_stage(shown, told(facts["typical_disc"], canary), "released")
    examined = planned(cast, release, canary, 2)
    bring_to_stage(examined, told(facts["disc_severe_weakness_early"], canary), "findings")
    answering = planned(cast, release, canary, 3)
    bring_to_stage(answering, told(facts["typical_stenosis"], canary), "answering")
    say_everything(cast, canary, shown, examined)
    drafts(cast, release, canary)
    invite(answering.response, cast.coordinator)
    begin_rescoring(release.aid, release, None)
    open_gate(release.aid, cast.author, f"As {canary} asked.")
    roles = ("surgeon", "author", "approver", "administrator", "coordinator")
    secrets = {role: secret_of(getattr(cast, role)) for role in roles}
    return Twin(cast, canary, secrets, keys_of(cast, release))


def told(facts: Mapping[str, Any], canary: str) -> dict[str, Any]:
    """What a golden person says, with words of their own."""
    return dict(facts) | {
        "reason_for_visit": f"{canary} cannot sit.",
        "questions_for_surgeon": f"May {canary} drive?",
    }


def sign_everything(cast: Cast, canary: str) -> None:
    """Give the clinic and everybody in it names of their own."""
    cast.clinic.name = f"{canary} Clinic"
    cast.clinic.save(update_fields=["name"])
    people = (cast.surgeon, cast.author, cast.approver, cast.administrator, cast.coordinator)
    for user in people:
        user.last_name = f"{canary}-{user.last_name}"[:150]
        user.save(update_fields=["last_name"])


def planned(cast: Cast, release: DecisionAidVersion, canary: str, number: int) -> Consultation:
    patient = Patient.objects.create(
        clinic=cast.clinic,
        number=f"{canary}-{number}",
        given_name=canary,
        family_name=canary,
        birth_date=date(1970, 2, 28),
        email=f"{number}@{cast.clinic.slug}.example",
        phone=f"{canary} {number}",
    )
    at = timezone.now() + timedelta(days=number)
    return plan_consultation(
        release, patient, cast.surgeon, at, place=f"{canary} {number}", by=cast.coordinator
    )


def say_everything(cast: Cast, canary: str, shown: Consultation, examined: Consultation) -> None:
    """What surgeon and patient say of an assessment, and an alert that nobody has closed."""
    Alert.objects.create(
        clinic=cast.clinic,
        consultation=examined,
        sign="a_sign",
        title=f"{canary} cannot walk",
        urgency="urgent",
        raised_at=timezone.now(),
    )
    assessment = shown.assessments.latest("number")
    add_addendum(assessment, f"Told {canary} by telephone.", cast.surgeon)
    Wishes.objects.create(
        clinic=cast.clinic,
        consultation=shown,
        assessment=assessment,
        number=1,
        said_at=timezone.now(),
        questions=[f"May {canary} swim?"],
    )
    own_copy = Summary.objects.get(assessment__consultation=shown, audience="answers")
    render_summary(own_copy.pk)
    waiting = Summary.objects.filter(assessment=assessment, audience="surgeon").earliest("requested_at")
    Summary.objects.filter(pk=waiting.pk).update(status="failed", failure=canary)
    Webhook.objects.create(
        clinic=cast.clinic, url=f"https://{cast.clinic.slug}.example/", due_at=timezone.now()
    )


def drafts(cast: Cast, release: DecisionAidVersion, canary: str) -> None:
    """Let the drafts say something else than what was published."""
    aid = release.aid
    aid.title = f"{canary}'s back"
    aid.save(update_fields=["title"])
    aid.intake.title = f"Before {canary} comes"
    aid.intake.save(update_fields=["title"])
    GoldenCase.objects.filter(aid=aid).update(story=f"{canary} is made up.")


def secret_of(user: User) -> str:
    """A token with everything that the account may do."""
    scopes = [scope.value for scope in scopes_held(user)]
    return issue_token(user, "a program", scopes, 1, user)[1]


def keys_of(cast: Cast, release: DecisionAidVersion) -> Keys:
    """Some keys of the clinic's records, by the name that paths, parameters and fields call them."""
    clinic, aid = cast.clinic, release.aid
    # The one that most can be done with comes first.
    of_clinic: dict[str, tuple[Any, str]] = {
        "responses": (QuestionnaireResponse, "status"),
        "consultations": (Consultation, "scheduled_at"),
        "alerts": (Alert, "-raised_at"),
        "assessments": (Assessment, "-assessed_at"),
        "reviews": (Review, "at"),
        "summaries": (Summary, "-size status requested_at"),
        "patients": (Patient, "number"),
        "memberships": (Membership, "pk"),
        "audit": (AuditEvent, "number"),
        "events": (OutboxEvent, "number"),
        "webhooks": (Webhook, "pk"),
        "invitations": (Invitation, "-created_at"),
        "wishes": (Wishes, "number"),
        "rescorings": (Rescoring, "until"),
        "gates": (GateReport, "-requested_at"),
    }
    keys = {
        name: [row.pk for row in model.objects.filter(clinic=clinic).order_by(*order.split())[:6]]
        for name, (model, order) in of_clinic.items()
    }
    return keys | {
        "questionnaires": [release.intake_id, release.findings_id],
        "releases": [release.pk],
        "questionnaire-drafts": [aid.intake_id, aid.findings_id],
        "aid-drafts": [aid.pk],
        "golden-cases": [case.pk for case in aid.golden_cases.order_by("position")[:6]],
        "users": [cast.surgeon.pk, cast.author.pk],
        "clinics": [clinic.slug],
    }
