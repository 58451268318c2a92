"""How staff accounts differ from the library's default: nobody signs up by themselves."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import Http404, HttpRequest, HttpResponse


class StaffAccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator of the clinic."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def not_offered(request: HttpRequest) -> HttpResponse:
    """Stand where the library has a page that staff are not to have."""
    raise Http404
