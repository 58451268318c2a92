"""What deciding listens to: saved answers, submissions, and the edges' word that there is work."""

from questionnaires.services.signals import (
    answer_saved,
    appointment_asked,
    notices_asked,
    notices_understood,
    response_received,
    response_submitted,
)


def connect() -> None:
    """Connect the receivers; called once when Django is ready."""
    from decision_aid.services import listening
    from decision_aid.tasks import nudge_response

    answer_saved.connect(listening.raise_alerts_of_response, dispatch_uid="raise_alerts")
    response_submitted.connect(listening.assess_response, dispatch_uid="assess")
    appointment_asked.connect(listening.appointment_of_response, dispatch_uid="appointment")
    notices_asked.connect(listening.notices_of_response, dispatch_uid="notices")
    notices_understood.connect(listening.note_understood, dispatch_uid="understood")
    response_received.connect(nudge_response, dispatch_uid="nudge")
