"""One page says what each role may do, and it is made of what decides."""

from config.demonstration import Cast
from config.roles import acts, tables
from decision_aid.services.permissions import RETURN
from questionnaires.models import Role
from questionnaires.services.permissions import APPROVE, permissions
from tests.cast import signed_in


def test_every_row_of_the_table_is_on_the_page_for_everybody_who_works_there(cast: Cast) -> None:
    for user in (cast.surgeon, cast.coordinator, cast.author, cast.approver, cast.administrator):
        words = signed_in(user).get("/roles/").content.decode()
        for each in permissions():
            assert each.words.replace("'", "&#x27;") in words
        for role in Role:
            assert role.label.capitalize() in words


def test_a_row_says_who_may() -> None:
    roles = list(Role)
    for each in (APPROVE, RETURN):
        (row,) = (row for row in acts() if row.words == each.words)
        assert [role for role, may in zip(roles, row.may, strict=True) if may] == [Role.APPROVER]
    administrator = roles.index(Role.ADMINISTRATOR)
    see = next(row for row in tables() if row.words == "See audit events")
    assert see.may == tuple(place == administrator for place in range(len(roles)))
    assert not any(row.words == "Change audit events" for row in tables())


def test_each_act_is_somebodys() -> None:
    assert all(any(row.may) for row in [*acts(), *tables()])
    assert len({each.words for each in permissions()}) == len(permissions())
