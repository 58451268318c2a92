"""Records that a program may list and read, each time leaving an event."""

from collections import Counter
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from questionnaires.api.access import staff
from questionnaires.services import audit


class RecordedReads(viewsets.GenericViewSet[Any]):
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
        audit.record(row.clinic, f"{self.read_as}_read", row, user=staff(request))
        return Response(self.get_serializer(row).data)
