"""The page on which a second person reads every problem of a draft, and publishes it when there is none."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from questionnaires.admin.access import office_user
from questionnaires.definition.problems import Problem, ProblemsFound
from questionnaires.models import User
from questionnaires.services.refusals import Refused


class PublishForm(forms.Form):
    """Why this is published; kept with the release and shown to whoever reads its history."""

    reason = forms.CharField(
        label="Why is this published?",
        help_text="One sentence. It is kept with the version.",
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        max_length=1000,
    )


class PublishAddress(admin.ModelAdmin[Any]):
    """Adds an address for publishing to an admin of drafts, and the link that leads there."""

    change_form_template = "admin/publishable_change_form.html"

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "<path:object_id>/publish/",
            self.admin_site.admin_view(self.publish_view),
            name=f"{self.opts.app_label}_{self.opts.model_name}_publish",
        )
        return [page, *super().get_urls()]

    def publish_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        raise NotImplementedError


class PublishPage(PublishAddress):
    """The page at that address; the admin says what its problems are and how it is published."""

    def problems_of(self, row: Any) -> Sequence[Problem]:
        raise NotImplementedError

    def publish(self, row: Any, author: User, approver: User, reason: str) -> models.Model:
        raise NotImplementedError

    def publish_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None or not self.has_view_permission(request, row):
            raise PermissionDenied
        form = PublishForm(request.POST or None)
        problems: Sequence[Problem] = ()
        refused = ""
        status = 200
        if request.method == "POST" and form.is_valid():
            user = office_user(request)
            try:
                version = self.publish(row, row.edited_by or user, user, form.cleaned_data["reason"])
            except ProblemsFound as found:
                problems, status = found.problems, 422
            except Refused as refusal:
                refused, status = refusal.sentence, refusal.status
            else:
                messages.success(request, f"Published: {version}.")
                return HttpResponseRedirect(
                    reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
                )
        else:
            problems = self.problems_of(row)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "original": row,
            "title": f"Check and publish: {row}",
            "form": form,
            "problems": problems,
            "refused": refused,
            "author": row.edited_by,
        }
        return TemplateResponse(request, "admin/publish.html", context, status=status)
