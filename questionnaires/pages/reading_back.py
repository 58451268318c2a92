"""Going on elsewhere: earlier answers are shown after a code to the contact on file."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from questionnaires.pages.visits import private_page, remember_browser, visit_ended
from questionnaires.services.codes import ask_for_code, check_code
from questionnaires.services.reading_back import let_read_back, secret_of_visit
from questionnaires.services.refusals import Refused
from questionnaires.services.visiting import invitation_of_visit, response_awaiting_code
from questionnaires.tasks import nudge_mail


@private_page
@sensitive_post_parameters("digits")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Send a code (the button), or take one; until it is right, nothing of the form is shown."""
    response = response_awaiting_code(request.session)
    if response is None:
        return visit_ended(request) if invitation_of_visit(request.session) is None else redirect("visit")
    context = {"clinic": response.clinic, "is_asked": False, "error": ""}
    status = HTTPStatus.OK
    if request.method == "POST":
        visit, digits = secret_of_visit(request.session), request.POST.get("digits")
        try:
            if digits is None:
                nudge_mail([ask_for_code(response, visit)])
            else:
                check_code(response, visit, digits)
                request.session.cycle_key()
                let_read_back(request.session, response)
                answer = redirect("visit")
                remember_browser(request, answer, response)
                return answer
        except Refused as refused:
            context["error"], status = refused.sentence, HTTPStatus(refused.status)
        context["is_asked"] = True
    return render(request, "questionnaires/code.html", context, status=status)
