"""Records that a program may list and read, each time leaving an event."""

from collections import Counter
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Model, QuerySet
from rest_framework import viewsets
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from questionnaires.api.access import Policy, staff
from questionnaires.api.asking import Asked
from questionnaires.services import audit


class Records(Asked, viewsets.GenericViewSet[Any]):
    """Records of the caller's clinics, in pages and one by one."""

    policy: ClassVar[Policy]

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(self.get_serializer(self.get_object()).data)

    def get_object(self) -> Any:
        """The record of the address, whatever the query of a list may ask for."""
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])


class RecordedReads(Records):
    """Lists and shows records that have a `clinic`; without an event in its chain, nothing is shown."""

    read_as: ClassVar[str]

    @transaction.atomic
    def list(self, request: Request) -> Response:
        rows: QuerySet[Any] = self.filter_queryset(self.get_queryset())
        page = self.paginate_queryset(rows) or []
        for clinic, number in Counter(row.clinic for row in page).items():
            detail = {"number": number}
            audit.record(clinic, f"{self.read_as}_listed", clinic, user=staff(request), detail=detail)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @transaction.atomic
    def retrieve(self, request: Request, pk: str) -> Response:
        row = self.get_object()
        self.record_read(row)
        return Response(self.get_serializer(row).data)

    def record_read(self, row: Model) -> None:
        """Leave an event for a look at this record."""
        clinic = getattr(row, "clinic")  # noqa: B009  every record that is read so has one
        audit.record(clinic, f"{self.read_as}_read", row, user=staff(self.request))
