"""How staff accounts differ from the library's default: nobody signs up by themselves."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator of the clinic."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
