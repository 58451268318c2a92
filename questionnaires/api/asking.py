"""What every view of the API has: a query that is read whole, and the words of whoever asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.filters import BaseFilterBackend
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.views import APIView

from questionnaires.api.parsing import GivenSerializer, UnknownParameters

PAGING = ("cursor", "limit")


@dataclass(frozen=True)
class By:
    """A parameter of a list's query: the lookup that it stands for, and how it is read."""

    lookup: str
    field: serializers.Field[Any, Any, Any, Any]


class Page(CursorPagination):
    """Fifty rows, or as many as `limit` says."""

    page_size_query_param = "limit"
    max_page_size = 200


class Asked(APIView):
    """A view that refuses the parameters that it does not read."""

    query: ClassVar[Mapping[str, By]] = {}
    parameters: ClassVar[tuple[str, ...]] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        is_list = getattr(self, "action", None) == "list"
        known = {*self.query, *PAGING} if is_list else {*self.parameters}
        given = request.query_params
        if strange := [name for name in given if name not in known or len(given.getlist(name)) > 1]:
            raise UnknownParameters(strange)


def given(serializer: type[GivenSerializer], request: Request) -> dict[str, Any]:
    """What was sent in the body, checked; raises ValidationError with the place of each mistake."""
    sent = serializer(data=request.data)
    sent.is_valid(raise_exception=True)
    values: dict[str, Any] = sent.validated_data
    return values


class ByQuery(BaseFilterBackend):
    """Keeps the rows that fit what the query asks for."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        wanted, mistakes = {}, {}
        for name, by in view.query.items():
            if (text := request.query_params.get(name)) is None:
                continue
            try:
                wanted[by.lookup] = by.field.run_validation(text)
            except serializers.ValidationError as error:
                mistakes[name] = error.detail
        if mistakes:
            raise serializers.ValidationError(mistakes)
        return queryset.filter(**wanted)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """For the OpenAPI document."""
        return [
            {"name": name, "in": "query", "required": False, "schema": schema_of(by.field)}
            for name, by in view.query.items()
        ]


def schema_of(field: serializers.Field[Any, Any, Any, Any]) -> dict[str, Any]:
    """The JSON Schema of a parameter."""
    match field:
        case serializers.UUIDField():
            return {"type": "string", "format": "uuid"}
        case serializers.BooleanField():
            return {"type": "boolean"}
        case serializers.IntegerField():
            return {"type": "integer", "minimum": field.min_value or 0, "maximum": field.max_value}
        case serializers.ChoiceField():
            return {"type": "string", "enum": list(field.choices)}
        case _:
            return {"type": "string", "minLength": 1}
