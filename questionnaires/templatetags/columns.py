"""Names for columns that Django's administration leaves nameless."""

from django import template

register = template.Library()


@register.filter(is_safe=True)
def with_first_column_named(table: str) -> str:
    """The table of an inline with a word in its first heading, for people who hear the table."""
    nameless = '<th class="original"></th>'
    return table.replace(nameless, '<th class="original"><span class="visually-hidden">Row</span></th>')
