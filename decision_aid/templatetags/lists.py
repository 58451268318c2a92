"""Reading a list or a mapping in a template by a name that the template holds."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def names(words: str) -> list[str]:
    """The names in a text, in their order."""
    return words.split()


@register.filter
def of(mapping: Mapping[str, object], name: str) -> object:
    """What a mapping holds under a name; "" where it holds nothing."""
    return mapping.get(name, "")
