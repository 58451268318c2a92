"""What each role may do, on one page: from the table that services ask, and what the administration shows."""

from collections.abc import Iterable
from typing import NamedTuple

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from questionnaires.admin.access import ClinicScoped
from questionnaires.models import Role
from questionnaires.services.permissions import permissions


class Row(NamedTuple):
    """Something that may be done, and for each role, in the order of `Role`, whether it may."""

    words: str
    may: tuple[bool, ...]


def _row(words: str, roles: Iterable[str]) -> Row:
    held = set(roles)
    return Row(words, tuple(role in held for role in Role))


def acts() -> list[Row]:
    """What is asked by the services whenever something is done."""
    return [_row(each.words, each.roles) for each in permissions()]


def tables() -> list[Row]:
    """What the administration shows and lets be changed."""
    rows: list[Row] = []
    for registered in admin.site._registry.values():  # noqa: SLF001  # it has no other list of them
        if isinstance(registered, ClinicScoped):
            plural = str(registered.opts.verbose_name_plural)
            rows.append(_row(gettext("See %(rows)s") % {"rows": plural}, registered.readers))
            if registered.writers:
                rows.append(_row(gettext("Change %(rows)s") % {"rows": plural}, registered.writers))
    return sorted(rows, key=lambda row: row.words.split(" ", 1)[1])


@login_required
@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """The two tables, for everybody who works here."""
    context = {
        "roles": [role.label for role in Role],
        "groups": [(gettext("Acts"), acts()), (gettext("Administration"), tables())],
    }
    return render(request, "candor/roles.html", context)
