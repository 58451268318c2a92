"""Names of controls, as the browser tells them to somebody who cannot see the page."""

import re


def named(words: str, more: str = "") -> re.Pattern[str]:
    """Exactly these words, and then what the expression `more` allows.

    Playwright writes the pattern between slashes, so that a slash in it needs a backslash.
    """
    return re.compile(f"^{re.escape(words).replace('/', chr(92) + '/')}{more}$", re.DOTALL)
