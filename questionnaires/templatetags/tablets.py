"""How long a page stays on a tablet of the clinic that nobody touches."""

from typing import Any

from django import template

from questionnaires.services.visiting import TABLET_IDLE_SECONDS, is_on_tablet

register = template.Library()


@register.simple_tag(takes_context=True)
def tablet_seconds(context: dict[str, Any]) -> int:
    """Seconds until the page goes by itself, `goes_after` where the page says so; 0 on any other device."""
    session = getattr(context.get("request"), "session", None)
    if session is None or not is_on_tablet(session):
        return 0
    seconds: int = context.get("goes_after", TABLET_IDLE_SECONDS)
    return seconds
