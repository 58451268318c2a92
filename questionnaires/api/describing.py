"""What the OpenAPI document says beyond what it finds in the views: how each call is refused."""

from typing import Any

from questionnaires.api.problems import CONTENT_TYPE, TITLES

_PROBLEM = {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}


def add_refusals(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Let every operation say that it is refused with a problem document, and by which statuses."""
    for path, operations in result["paths"].items():
        everywhere = {"401", "403", "404"} if "{" in path else {"401", "403"}
        for operation in operations.values():
            responses = operation["responses"]
            for code in sorted(everywhere | {code for code in responses if code >= "400"}):
                responses[code] = {"description": TITLES[int(code)], "content": {CONTENT_TYPE: _PROBLEM}}
    return result
