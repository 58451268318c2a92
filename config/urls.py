"""Where everything answers."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

# The administration has the door of the pages: throttled, and asking for the second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # allauth's documented way
# The library's own tables of addresses and second factors know no clinics: nobody edits them by hand.
admin.site.unregister([EmailAddress, Authenticator])

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="worklist")),
    path("", include("config.health")),
    path("", include("questionnaires.pages.urls")),
    path("", include("decision_aid.pages.urls")),
    path("api/v1/", include("config.api")),
    path("accounts/", include("allauth.urls")),
    path("administration/", admin.site.urls),
]
