"""Errors as RFC 9457 problem documents with stable codes."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, RequestDataTooBig
from django.http import Http404
from rest_framework import exceptions, serializers, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from questionnaires.api.parsing import UnreadableError
from questionnaires.definition.problems import Problem, ProblemsFound
from questionnaires.services.refusals import Refused

CONTENT_TYPE = "application/problem+json"

TITLES = {
    400: "The request cannot be read",
    401: "Not signed in",
    403: "Not permitted",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "Conflict",
    410: "Gone",
    413: "Too large",
    415: "Unsupported media type",
    422: "The request was read and is refused",
    429: "Too many requests",
}


class ProblemSerializer(serializers.Serializer[dict[str, Any]]):
    """One problem inside a problem document."""

    code = serializers.CharField()
    place = serializers.CharField()
    sentence = serializers.CharField()


class ProblemDocumentSerializer(serializers.Serializer[dict[str, Any]]):
    """An RFC 9457 problem document; docs/errors.md lists the codes."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    problems = ProblemSerializer(many=True, required=False)


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every refusal leaves as a problem document; a defect stays a 500."""
    if (problem := _own_problem(error)) is not None:
        return problem
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    response = exception_handler(error, context)
    if response is None or not isinstance(error, exceptions.APIException):
        return response
    if isinstance(error, exceptions.ValidationError):
        return _problem(400, "invalid", "Some fields are missing or wrong.", _listed(error.detail, ""))
    code = error.get_codes()
    problem = _problem(error.status_code, code if isinstance(code, str) else "invalid", str(error.detail))
    for header in ("WWW-Authenticate", "Retry-After"):
        if header in response:
            problem[header] = response[header]
    return problem


def _own_problem(error: Exception) -> Response | None:
    """The problem document of an error that DRF does not know."""
    if isinstance(error, Refused):
        return _problem(error.status, error.code, error.sentence)
    if isinstance(error, ProblemsFound):
        listed = _told(error.problems)
        sentence = "1 problem was found." if len(listed) == 1 else f"{len(listed)} problems were found."
        return _problem(status.HTTP_422_UNPROCESSABLE_ENTITY, "problems_found", sentence, listed)
    if isinstance(error, UnreadableError):
        return _problem(error.status_code, error.default_code, str(error.detail), _told(error.problems))
    if isinstance(error, RequestDataTooBig):
        limit = f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes"
        return _problem(413, "too_large", f"The body is larger than {limit}, the most that is read.")
    if isinstance(error, ObjectDoesNotExist | Http404):
        return _problem(404, "not_found", "There is no such record in your clinic.")
    return None


def _problem(
    status_code: int, code: str, detail: str, problems: list[dict[str, str]] | None = None
) -> Response:
    document: dict[str, Any] = {
        "type": f"urn:candor:problem:{code}",
        "title": TITLES.get(status_code, "Refused"),
        "status": status_code,
        "code": code,
        "detail": detail,
    }
    if problems:
        document["problems"] = problems
    return Response(document, status=status_code, content_type=CONTENT_TYPE)


def _told(problems: tuple[Problem, ...]) -> list[dict[str, str]]:
    return [
        {"code": problem.code, "place": problem.place, "sentence": problem.sentence} for problem in problems
    ]


def _listed(detail: object, place: str) -> list[dict[str, str]]:
    """The leaves of a validation error, each with its place."""
    if isinstance(detail, dict):
        items = [(f"{place}/{key}".lstrip("/"), value) for key, value in detail.items()]
    elif isinstance(detail, list) and not all(isinstance(item, exceptions.ErrorDetail) for item in detail):
        items = [(f"{place}/{number}".lstrip("/"), value) for number, value in enumerate(detail)]
    else:
        leaves = detail if isinstance(detail, list) else [detail]
        return [
            {"code": getattr(leaf, "code", "invalid"), "place": place, "sentence": str(leaf)}
            for leaf in leaves
        ]
    return [problem for where, value in items for problem in _listed(value, where)]
