"""The addresses of asking; none holds a name, an answer or, after the first step, the link's secret."""

from django.urls import path

from questionnaires.pages import ahead, answering, arriving, finishing, joining, reading_back, tokens

urlpatterns = [
    path("l/<str:token>/", arriving.link, name="link"),
    path("visit/birth-date/", arriving.birth_date, name="birth_date"),
    path("visit/sign-in-again/", arriving.sign_in_again, name="sign_in_again"),
    path("visit/code/", reading_back.code, name="code"),
    path("visit/over/", arriving.tablet_over, name="tablet_over"),
    path("visit/consent/", arriving.consent, name="consent"),
    path("visit/leave/", arriving.leave, name="leave"),
    path("visit/", answering.visit, name="visit"),
    path("visit/questions/<str:code>/", answering.question, name="question"),
    path("visit/questions/<str:code>/ahead/", ahead.ahead, name="ahead"),
    path("visit/warning/", answering.warning, name="warning"),
    path("visit/check/", finishing.check_answers, name="check_answers"),
    path("join/<str:token>/", joining.join, name="join"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/new/", tokens.new_token, name="new_token"),
    path("tokens/new-system/", tokens.new_system, name="new_system"),
    path("tokens/<uuid:token_id>/end/", tokens.end_token, name="end_token"),
    path("visit/thank-you/", finishing.thank_you, name="thank_you"),
]
