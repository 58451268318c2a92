"""Where everything answers."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from config.accounts import not_offered
from config.roles import roles

# The administration has the door of the pages: throttled, and asking for the second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # allauth's documented way
# The libraries' own tables know no clinics, and roles decide rather than groups: nobody edits them by hand.
admin.site.unregister([Group, EmailAddress, Authenticator])

handler404 = "config.api.no_such_address"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="worklist")),
    path("", include("config.health")),
    path("", include("config.policy_reports")),
    path("", include("questionnaires.pages.urls")),
    path("", include("decision_aid.pages.urls")),
    path("studio/", include("decision_aid.studio.urls")),
    path("roles/", roles, name="roles"),
    path("language/", set_language, name="set_language"),
    path("api/v1/", include("config.api")),
    # An address is how the clinic knows a member of staff: its administrator changes it.
    path("accounts/email/", not_offered),
    path("accounts/", include("allauth.urls")),
    path("administration/", admin.site.urls),
]
