"""The patient's addresses; none holds a name, an answer or, after the first step, the link's secret."""

from django.urls import path

from questionnaires.pages import answering, arriving, finishing

urlpatterns = [
    path("l/<str:token>/", arriving.link, name="link"),
    path("visit/birth-date/", arriving.birth_date, name="birth_date"),
    path("visit/consent/", arriving.consent, name="consent"),
    path("visit/leave/", arriving.leave, name="leave"),
    path("visit/", answering.visit, name="visit"),
    path("visit/questions/<str:code>/", answering.question, name="question"),
    path("visit/warning/", answering.warning, name="warning"),
    path("visit/check/", finishing.check_answers, name="check_answers"),
    path("visit/thank-you/", finishing.thank_you, name="thank_you"),
]
