"""Reading what a program sends: JSON without ambiguity, and no field or parameter that nothing reads."""

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import APIException, ErrorDetail
from rest_framework.parsers import JSONParser

from questionnaires.definition.facts import load_json
from questionnaires.definition.problems import Problem, ProblemsFound


class UnreadableError(APIException):
    """The body is not JSON, or says something twice, or holds a number that is none."""

    status_code = 400
    default_code = "parse_error"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(" ".join(problem.sentence for problem in problems))
        self.problems = problems


class Listed(APIException):
    """A refusal that lists what it is about, as `errors` of the problem document."""

    def __init__(self, sentence: str, entries: list[dict[str, str]]) -> None:
        super().__init__(sentence)
        self.entries = entries


class UnknownParameters(Listed):
    """The query names a parameter that nothing reads, or one more than once."""

    status_code = 400
    default_code = "unknown_parameter"

    def __init__(self, names: Iterable[str]) -> None:
        said = "This is not read here, or is given twice."
        super().__init__(
            "The query has parameters that are not read here, or one more than once.",
            [{"code": self.default_code, "detail": said, "parameter": name} for name in names],
        )


class WrongParameters(Listed):
    """Parameters of the query have values that they cannot have."""

    status_code = 400
    default_code = "invalid"

    def __init__(self, mistakes: Mapping[str, serializers.ValidationError]) -> None:
        super().__init__(
            "Some parameters of the query are wrong.",
            [
                {"code": str(detail.code), "detail": str(detail), "parameter": name}
                for name, error in mistakes.items()
                for detail in error.detail
                if isinstance(detail, ErrorDetail)
            ],
        )


class StrictJSONParser(JSONParser):
    """JSON in UTF-8 in which no name appears twice and every number is one; floats come as Decimals."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            return load_json(stream.read().decode("utf-8"))
        except UnicodeDecodeError as error:
            problem = Problem("not_json", f"byte {error.start}", "This is not JSON: it is not UTF-8.")
            raise UnreadableError((problem,)) from error
        except ProblemsFound as found:
            raise UnreadableError(found.problems) from found


class GivenSerializer(serializers.Serializer[dict[str, Any]]):
    """What a program sends; a field that it does not have is refused, so that no typing mistake is lost."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, Mapping) and (unknown := [name for name in data if name not in self.fields]):
            raise serializers.ValidationError(
                {name: [ErrorDetail("There is no such field.", code="unknown_field")] for name in unknown}
            )
        values: dict[str, Any] = super().to_internal_value(data)
        return values
