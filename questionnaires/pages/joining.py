"""The page on which a member of staff who was invited sets their password."""

from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from questionnaires.models import User
from questionnaires.services import inviting_staff
from questionnaires.services.refusals import Refused


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show the form, which says nothing of whom it is for; only sending it uses the link."""
    try:
        invitation = inviting_staff.find_staff_invitation(token)
        form: SetPasswordForm[User] = SetPasswordForm(invitation.user, request.POST or None)
        if request.method == "POST" and form.is_valid():
            inviting_staff.join(invitation, form.cleaned_data["new_password1"])
            messages.success(request, gettext("Your password is set. Sign in with your e-mail address."))
            return redirect("account_login")
    except Refused as refused:
        context = {"sentence": refused.sentence}
        return render(request, "questionnaires/join_over.html", context, status=refused.status)
    return render(request, "questionnaires/join.html", {"form": form})
