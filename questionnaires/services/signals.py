"""What asking tells the packages it must not know."""

from django.dispatch import Signal

# Sent by the services inside the transaction that saved, so that a receiver's rows commit with it.
# Arguments: response. A receiver of answer_saved returns the Notices that the answers give rise to.
answer_saved = Signal()
response_submitted = Signal()

# Sent by the edges after the service returned: the moment to ring for whatever was written.
response_received = Signal()

# Asked wherever a person is told what their answers give rise to; answered when they have read it. Arguments:
# response, and of the second the codes of what was read. A receiver of the first returns Notices.
notices_asked = Signal()
notices_understood = Signal()

# Asked wherever a person is told whom they see, when and where. Arguments: response. A receiver returns an
# Appointment, or None where it knows of none.
appointment_asked = Signal()
