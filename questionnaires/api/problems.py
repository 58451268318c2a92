"""Errors as RFC 9457 problem documents with stable codes."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, RequestDataTooBig
from django.http import Http404
from rest_framework import exceptions, serializers, status
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import exception_handler

from questionnaires.api.parsing import Listed, UnreadableError
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
    412: "Changed meanwhile",
    413: "Too large",
    415: "Unsupported media type",
    422: "The request was read and is refused",
    428: "A condition is needed",
    429: "Too many requests",
}
HEADERS = ("WWW-Authenticate", "Retry-After", "Allow")
Entry = dict[str, str]


class ErrorSerializer(serializers.Serializer[dict[str, Any]]):
    """One thing that is wrong, and where: in the body by a JSON pointer, or in a parameter of the query."""

    code = serializers.CharField()
    detail = serializers.CharField()
    pointer = serializers.CharField(
        required=False, help_text="RFC 6901, as a fragment: `#/answers/age_years`."
    )
    parameter = serializers.CharField(required=False)


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every refusal leaves as a problem document; a defect stays a 500."""
    # A problem is JSON, whatever else the address offers.
    context["request"].accepted_renderer = JSONRenderer()
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
    for header in HEADERS:
        if header in response:
            problem[header] = response[header]
    return problem


def _own_problem(error: Exception) -> Response | None:
    """The problem document of an error that DRF does not know."""
    if isinstance(error, Refused):
        return _problem(error.status, error.code, error.sentence)
    if isinstance(error, ProblemsFound):
        listed = list(told(error.problems))
        sentence = "1 problem was found." if len(listed) == 1 else f"{len(listed)} problems were found."
        return _problem(status.HTTP_422_UNPROCESSABLE_ENTITY, "problems_found", sentence, listed)
    if isinstance(error, Listed):
        return _problem(error.status_code, error.default_code, str(error.detail), error.entries)
    if isinstance(error, UnreadableError):
        return _problem(error.status_code, error.default_code, str(error.detail), list(told(error.problems)))
    if isinstance(error, RequestDataTooBig):
        limit = f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes"
        return _problem(413, "too_large", f"The body is larger than {limit}, the most that is read.")
    if isinstance(error, ObjectDoesNotExist | Http404):
        return _problem(404, "not_found", "There is no such record in your clinic.")
    return None


def type_of(code: str) -> str:
    """The URI of a kind of problem: `release_gate` is `…/problems/release-gate`."""
    return f"{settings.PUBLIC_URL}/problems/{code.replace('_', '-')}"


def _problem(status_code: int, code: str, detail: str, errors: list[Entry] | None = None) -> Response:
    document = problem_document(status_code, code, detail, errors)
    return Response(document, status=status_code, content_type=CONTENT_TYPE)


def problem_document(
    status_code: int, code: str, detail: str, errors: list[Entry] | None = None
) -> dict[str, Any]:
    """A refusal as RFC 9457 has it."""
    document: dict[str, Any] = {
        "type": type_of(code),
        "title": TITLES.get(status_code, "Refused"),
        "status": status_code,
        "code": code,
        "detail": detail,
    }
    if errors:
        document["errors"] = errors
    return document


def told(problems: Iterable[Problem]) -> Iterable[Entry]:
    """Problems as the API says them, each with a pointer to its place."""
    for problem in problems:
        detail = f"{problem.sentence} {problem.hint}".rstrip()
        yield {"code": problem.code, "detail": detail, "pointer": pointer_to(problem.place)}


def pointer_to(place: str) -> str:
    """A place such as `sections/0/title` as a JSON pointer; a place outside JSON (`byte 7`) is one step."""
    return f"#/{place.replace('~', '~0')}" if place else "#"


def _listed(detail: object, place: str) -> list[Entry]:
    """The leaves of a validation error, each with its place."""
    if isinstance(detail, dict):
        items = [(_step(place, key), value) for key, value in detail.items()]
    elif isinstance(detail, list) and not all(isinstance(item, exceptions.ErrorDetail) for item in detail):
        items = [(f"{place}/{number}", value) for number, value in enumerate(detail)]
    else:
        leaves = detail if isinstance(detail, list) else [detail]
        return [
            {"code": getattr(leaf, "code", "invalid"), "detail": str(leaf), "pointer": f"#{place}"}
            for leaf in leaves
        ]
    return [entry for where, value in items for entry in _listed(value, where)]


def _step(place: str, key: object) -> str:
    """One step further; what a serializer says of the whole is said of the whole."""
    if key == "non_field_errors":
        return place
    return f"{place}/{str(key).replace('~', '~0').replace('/', '~1')}"
