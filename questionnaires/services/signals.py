"""What asking tells the packages it must not know."""

from django.dispatch import Signal

# Sent by the services inside the transaction that saved, so that a receiver's rows commit with it.
# Arguments: response. A receiver of answer_saved returns the Notices that the answers give rise to.
answer_saved = Signal()
response_submitted = Signal()

# Sent by the edges after the service returned: the moment to ring for whatever was written.
response_received = Signal()
