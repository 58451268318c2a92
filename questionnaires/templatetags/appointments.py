"""The appointment that a form prepares, in a patient's page."""

from typing import Any

from django import template

from questionnaires.models import QuestionnaireResponse
from questionnaires.services.appointments import appointment_of

register = template.Library()


@register.inclusion_tag("questionnaires/appointment.html")
def appointment(response: QuestionnaireResponse) -> dict[str, Any]:
    """Who, when and where; nothing where the form prepares no appointment."""
    return {"appointment": appointment_of(response), "clinic": response.clinic}
