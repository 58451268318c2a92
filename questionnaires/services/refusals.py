"""How a service says no: a stable code, a sentence for the person, and the HTTP status it means."""

from http import HTTPStatus


class Refused(Exception):
    """What was asked is not done, and nothing changed.

    `code` is stable and documented in docs/errors.md; `sentence` says which thing, why and what to do.
    """

    def __init__(self, code: str, sentence: str, status: int = HTTPStatus.CONFLICT) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code, self.sentence, self.status = code, sentence, int(status)


class StaleState(Refused):
    """Somebody else changed the record in between; the caller must look again."""

    def __init__(self, record: str) -> None:
        super().__init__(
            "stale_state", f"This {record} was changed by somebody else meanwhile. Load it again and look."
        )
