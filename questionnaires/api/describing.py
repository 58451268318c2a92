"""What the OpenAPI document says beyond what it finds in the views: how each call is refused."""

from typing import Any

from questionnaires.api.problems import CONTENT_TYPE, TITLES

_PROBLEM = {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}
# RFC 9457; docs/errors.md lists the codes. `Error` is described by the lists of a draft's problems.
_DOCUMENT = {
    "type": "object",
    "description": "An RFC 9457 problem document.",
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "Ends in /problems/ and the code."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Error"}},
    },
    "required": ["type", "title", "status", "code", "detail"],
}
_LATER = {
    "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds until the next call is answered."}
}
EVERYWHERE = {"400", "401", "403", "406", "429"}
OF_ONE = {"404"}
WRITING = {"404", "409", "413", "415", "422"}
CONDITIONAL = {"412", "428"}


def add_refusals(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Let every operation say that it is refused with a problem document, and by which statuses."""
    result["components"]["schemas"]["ProblemDocument"] = _DOCUMENT
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            responses = operation["responses"]
            for code in sorted(
                _refusals(path, method, operation) | {code for code in responses if code >= "400"}
            ):
                responses[code] = {"description": TITLES[int(code)], "content": {CONTENT_TYPE: _PROBLEM}}
            responses["429"]["headers"] = _LATER
    return result


def add_links(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Let what was read say how it is replaced: whole, with the tag under which it was read."""
    for operations in result["paths"].values():
        if {"get", "put"} <= operations.keys():
            operations["get"]["responses"]["200"]["links"] = {
                "replace": {
                    "operationId": operations["put"]["operationId"],
                    "parameters": {"id": "$request.path.id", "If-Match": "$response.header.ETag"},
                    "requestBody": "$response.body",
                    "description": "Change what you read, and send it back with its tag.",
                }
            }
    return result


def _refusals(path: str, method: str, operation: dict[str, Any]) -> set[str]:
    codes = EVERYWHERE | (OF_ONE if "{" in path else set()) | (WRITING if method != "get" else set())
    named = {parameter["name"] for parameter in operation.get("parameters", ())}
    return codes | (OF_ONE if "cursor" in named else set()) | (CONDITIONAL if "If-Match" in named else set())
