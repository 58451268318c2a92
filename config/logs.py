"""Log lines as JSON, one a line, with the secret of a patient's link masked."""

import json
import logging
import re
from datetime import UTC, datetime

_LINK = re.compile(r"(/(?:l|join)/)[A-Za-z0-9_-]+")


class MaskLinks(logging.Filter):
    """Replace the secret part of a patient's link wherever a record mentions it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _LINK.sub(r"\1…", record.getMessage())
        record.args = None
        return True


class JsonLines(logging.Formatter):
    """One JSON object a line, so that an answer with a line break cannot forge a record."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = _LINK.sub(r"\1…", self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
