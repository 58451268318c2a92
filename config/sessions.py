"""Sessions in the database, whose keys are looked up only where they can be one of ours."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions


class SessionStore(DatabaseSessions):
    """Django's own, but for odd cookies: PostgreSQL refuses some characters with an error."""

    def _validate_session_key(self, key: str) -> bool:
        return bool(super()._validate_session_key(key)) and key.isascii() and key.isalnum()  # type: ignore[misc] # not in the stubs
