"""What every view of the API has: a query that is read whole, and the words of whoever asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import DataError
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.filters import BaseFilterBackend
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from questionnaires.api.parsing import GivenSerializer, UnknownParameters, WrongParameters

PAGING = ("cursor", "limit")


@dataclass(frozen=True)
class By:
    """A parameter of a list's query: the lookup that it stands for, and how it is read."""

    lookup: str
    field: serializers.Field[Any, Any, Any, Any]


class Page(CursorPagination):
    """Fifty rows, or as many as `limit` says, from the place that `cursor` names."""

    page_size_query_param = "limit"
    max_page_size = 200

    def get_page_size(self, request: Request) -> int:
        if (text := request.query_params.get("limit")) is None:
            return api_settings.PAGE_SIZE or 50
        try:
            limit: int = serializers.IntegerField(min_value=1, max_value=self.max_page_size).run_validation(
                text
            )
        except serializers.ValidationError as error:
            raise WrongParameters({"limit": error}) from error
        return limit

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any] | None:
        """The rows of the page; a cursor that no list has given out leads nowhere."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, OverflowError, ValidationError, DataError) as error:
            if "cursor" not in request.query_params:
                raise
            raise NotFound(self.invalid_cursor_message) from error

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """For the OpenAPI document."""
        schemas = {
            "cursor": {"type": "string", "minLength": 1},
            "limit": {"type": "integer", "minimum": 1, "maximum": self.max_page_size},
        }
        parameters = super().get_schema_operation_parameters(view)
        return [parameter | {"schema": schemas[parameter["name"]]} for parameter in parameters]


class Asked(APIView):
    """A view that refuses the parameters that it does not read."""

    query: ClassVar[Mapping[str, By]] = {}
    parameters: ClassVar[tuple[str, ...]] = ()
    parameters_of: ClassVar[Mapping[str, tuple[str, ...]]] = {}  # by action, where they differ

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        action = getattr(self, "action", None) or ""
        known = (
            {*self.query, *PAGING} if action == "list" else {*self.parameters_of.get(action, self.parameters)}
        )
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
                mistakes[name] = error
        if mistakes:
            raise WrongParameters(mistakes)
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
        case serializers.CharField():
            return {"type": "string", "minLength": 1, "maxLength": field.max_length}
        case _:
            message = f"{type(field).__name__} is not described yet"
            raise TypeError(message)
