"""Where a clinic's events are told, in the administration."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from questionnaires.admin.access import Recorded
from questionnaires.models import Role, Webhook
from questionnaires.services.refusals import Refused
from questionnaires.services.webhooks import check_address, key_of


class WebhookForm(forms.ModelForm[Webhook]):
    class Meta:
        model = Webhook
        fields = ("clinic", "url", "is_active", "key_number", "delivered")

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        try:
            check_address(url)
        except Refused as refused:
            raise forms.ValidationError(refused.sentence, refused.code) from None
        return url

    def clean_delivered(self) -> int:
        """Going back tells events again; going forward would leave some untold."""
        delivered, before = int(self.cleaned_data["delivered"]), self.instance.delivered
        if delivered > before:
            raise forms.ValidationError(f"Give a number from 0 to {before}.", "no_such_event")
        return delivered


@admin.register(Webhook)
class WebhookAdmin(Recorded):
    """The one address of each clinic, its key, and how far it has been told."""

    readers = (Role.ADMINISTRATOR,)
    writers = (Role.ADMINISTRATOR,)
    form = WebhookForm
    list_display = ("clinic", "is_active", "delivered", "failing_since", "failure")
    readonly_fields: ClassVar = ("key", "failing_since", "failure")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Switched off, it keeps how far it was told."""
        return False

    @admin.display(description="Key of the signatures")
    def key(self, webhook: Webhook) -> str:
        return key_of(webhook) if webhook.pk else "Shown once it is saved."

    def save_model(self, request: HttpRequest, obj: Webhook, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's signature
        obj.due_at = timezone.now()
        obj.claim += 1  # whoever is telling events at this moment stops
        obj.claimed_until = None
        super().save_model(request, obj, form, change)
