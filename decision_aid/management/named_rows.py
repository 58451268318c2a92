"""The rows that a command's arguments name, and how a command says that something is refused."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.core.management.base import OutputWrapper
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from decision_aid.models import DecisionAid, DecisionAidVersion, GateReport
from questionnaires.definition.problems import Problem, ProblemsFound
from questionnaires.models import Clinic, User
from questionnaires.services.refusals import Refused

REFUSED, BAD_INPUT = 1, 2


class NamedProblem(StrEnum):
    """What can be wrong with the rows that a command's arguments name."""

    UNKNOWN_AID = "unknown_aid"
    SEVERAL_CLINICS = "several_clinics"
    UNKNOWN_RELEASE = "unknown_release"
    UNKNOWN_CLINIC = "unknown_clinic"
    UNKNOWN_PERSON = "unknown_person"
    UNKNOWN_REPORT = "unknown_report"
    NOT_A_TIME = "not_a_time"


@contextmanager
def telling_refusals(stderr: OutputWrapper) -> Iterator[None]:
    """Say what keeps a command from being carried out, a line each, and leave: status 1, or 2 for input."""
    try:
        yield
    except Refused as refused:
        stderr.write(f"{refused.code}: {refused.sentence}")
        sys.exit(REFUSED)
    except ProblemsFound as found:
        for problem in found.problems:
            words = f"{problem.code}: {problem.place}: {problem.sentence} {problem.hint}".rstrip()
            stderr.write("".join(each if each.isprintable() else " " for each in words))
        sys.exit(BAD_INPUT)


def aid_named(code: str, clinic: str | None) -> DecisionAid:
    """The decision aid. Raises ProblemsFound where there is none, or more than one."""
    aids = DecisionAid.objects.filter(code=code).select_related("clinic")
    if clinic is not None:
        aids = aids.filter(clinic__slug=clinic)
    found = list(aids[:2])
    if not found:
        raise _refused(NamedProblem.UNKNOWN_AID, code, "There is no such decision aid.")
    if len(found) > 1:
        sentence = "Several clinics have this decision aid: add --clinic SLUG."
        raise _refused(NamedProblem.SEVERAL_CLINICS, code, sentence)
    return found[0]


def release_numbered(aid: DecisionAid, number: int) -> DecisionAidVersion:
    """The release. Raises ProblemsFound where there is none."""
    release = aid.releases.filter(number=number).first()
    if release is None:
        raise _refused(NamedProblem.UNKNOWN_RELEASE, str(number), f"“{aid.code}” has no release {number}.")
    return release


def clinic_named(slug: str) -> Clinic:
    """The clinic. Raises ProblemsFound where there is none."""
    clinic = Clinic.objects.filter(slug=slug).first()
    if clinic is None:
        raise _refused(NamedProblem.UNKNOWN_CLINIC, slug, "There is no such clinic.")
    return clinic


def person_named(email: str) -> User:
    """The member of staff with this address. Raises ProblemsFound where there is none."""
    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        raise _refused(NamedProblem.UNKNOWN_PERSON, email, "Nobody has this e-mail address.")
    return user


def report_named(report_id: str) -> GateReport:
    """The report of the gate. Raises ProblemsFound where there is none."""
    try:
        report = GateReport.objects.select_related("aid__clinic").filter(pk=UUID(report_id)).first()
    except ValueError:
        report = None
    if report is None:
        raise _refused(NamedProblem.UNKNOWN_REPORT, report_id, "There is no such report.")
    return report


def time_written(text: str) -> datetime:
    """A time such as 2027-01-31T08:00:00+01:00; without an offset it is UTC. Raises ProblemsFound."""
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    if at is None:
        raise _refused(NamedProblem.NOT_A_TIME, text, "Give a time such as 2027-01-31T08:00:00+01:00.")
    return at if timezone.is_aware(at) else timezone.make_aware(at, timezone.get_default_timezone())


def _refused(code: NamedProblem, place: str, sentence: str) -> ProblemsFound:
    return ProblemsFound([Problem(code, place, sentence)])
