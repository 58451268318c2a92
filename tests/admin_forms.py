"""Using the administration as a person does: open a page, change a field, send the form."""

from typing import Any

from django.forms import BaseForm
from django.test import Client
from django.urls import reverse

from tests.api_calls import Answer

Fields = dict[str, Any]


def address(row: Any, page: str = "change") -> str:
    """The address of a row's page: change, delete, history or publish."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk])


def fields_of(response: Any) -> Fields:
    """What the form of an opened page would send if nobody touched it."""
    formsets = [inline.formset for inline in response.context["inline_admin_formsets"]]
    forms: list[BaseForm] = [response.context["adminform"].form]
    forms += [formset.management_form for formset in formsets]
    forms += [form for formset in formsets for form in formset.forms]
    fields: Fields = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is True:
                fields[field.html_name] = "on"
            elif value is not None and value is not False:
                fields[field.html_name] = value
    return fields


def edit(client: Client, row: Any, **changed: str) -> Answer:
    """Open a row's page, change some fields and save."""
    page = client.get(address(row))
    assert page.status_code == 200, page.content
    return client.post(address(row), fields_of(page) | changed)


def publish(client: Client, row: Any, reason: str = "A clearer question.") -> Any:
    """Send the form of the page on which a draft is published."""
    return client.post(address(row, "publish"), {"reason": reason})


def check(client: Client, aid: Any, reason: str = "A clearer question.") -> Any:
    """Take a draft aid to the gate; the page of its report."""
    answer = client.post(address(aid, "publish"), {"reason": reason})
    return client.get(answer["Location"]) if answer.status_code == 302 else answer


def press(client: Client, report: Any, act: str, **fields: str) -> Any:
    """Press a button on the page of a report."""
    return client.post(address(report), {"act": act, **fields})
