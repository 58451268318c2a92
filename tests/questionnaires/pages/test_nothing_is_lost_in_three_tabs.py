"""In whatever order of saving, going back, conflict, expiry and sending again: no answer disappears."""

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from questionnaires.models import QuestionnaireResponse, QuestionnaireVersion
from questionnaires.services.answering import start_response
from questionnaires.services.inviting import invite
from tests.questionnaires.pages.browsing import form_of, question_url
from tests.questionnaires.pages.conftest import Asked
from tests.questionnaires.pages.test_locked_visit import let_it_idle, sign_in

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Page

EXAMPLES = int(os.environ.get("CANDOR_EXAMPLES", "12"))
QUESTIONS = ("age_years", "wish")
TEXTS = ("54", "61", "70", "seventy", "17")  # the last two are answers to the second question only
TABS = st.integers(min_value=0, max_value=2)


@dataclass
class Tab:
    """A page that somebody holds: what its form would send, what it showed, what was sent from it last."""

    code: str = ""
    fields: dict[str, list[str]] = field(default_factory=dict)
    showed: frozenset[str] = frozenset()
    sent: tuple[str, dict[str, list[str]]] | None = None
    locked: "Page | None" = None


class ThreeTabs(RuleBasedStateMachine):
    """One person at one form, in one browser with three tabs; the browser dies now and then."""

    asked: Asked  # set by the test: whose clinic, patient and version are used

    def __init__(self) -> None:
        super().__init__()
        response = start_response(self.asked.response.clinic, self.asked.response.patient, self.version())
        _, token = invite(response, None)
        self.mine = Asked(response, token)
        self.client = self.mine.begin()
        self.tabs = [Tab() for _ in range(3)]
        self.owed: dict[str, set[str]] = {code: set() for code in QUESTIONS}
        for tab in range(3):
            self.open_a_question(tab, QUESTIONS[0])

    def version(self) -> QuestionnaireVersion:
        return self.asked.response.version

    def found(self, code: str) -> set[str]:
        """What is kept of one question: saved, unfinished, or on a page that waits for signing in."""
        response = QuestionnaireResponse.objects.get(pk=self.mine.response.pk)
        texts = {text for row in response.unfinished.filter(code=code) for text in row.texts}
        if code in response.answers:
            texts.add(str(response.answers[code]["value"]))
        for tab in self.tabs:
            if tab.locked is not None and tab.code == code:
                texts.update(form_of(tab.locked, "day").get("answer", []))
        return texts

    def hold(self, tab: Tab, code: str, page: "Page") -> None:
        """Keep in mind what a page shows: a question with what stands in it, or a choice between several."""
        tab.code = code
        fields = form_of(page, "revision")
        tab.fields = fields
        body = page.content.decode()
        said = {text for text in TEXTS if f'"quote">{text}' in body or f"Saved until now: {text}" in body}
        typed = set() if "Which answer is right?" in body else {*fields.get("answer", [])}
        tab.showed = frozenset(said | typed) - {""}

    def send(self, tab: Tab, text: str, go: str) -> None:
        sent = tab.fields | {"answer": [text], "go": [go]}
        tab.sent = (tab.code, sent)
        self.owed[tab.code] = (self.owed[tab.code] - tab.showed) | {text}
        self.follow(tab, self.client.post(question_url(tab.code), sent))
        tab.showed |= {text}

    def follow(self, tab: Tab, page: "Page") -> None:
        if page.status_code == 403:
            tab.locked = page
        elif page.status_code in {409, 422}:
            self.hold(tab, tab.code, page)

    @rule(tab=TABS, code=st.sampled_from(QUESTIONS))
    def open_a_question(self, tab: int, code: str) -> None:
        page = self.client.get(question_url(code))
        if page.status_code == 200:
            self.hold(self.tabs[tab], code, page)

    @rule(tab=TABS, text=st.sampled_from(TEXTS), go=st.sampled_from(["back", "keep"]))
    def type_or_go_back(self, tab: int, text: str, go: str) -> None:
        one = self.tabs[tab]
        if one.fields and one.locked is None:
            self.send(one, text, go)

    @rule(tab=TABS, text=st.sampled_from(TEXTS))
    def give(self, tab: int, text: str) -> None:
        self.type_or_go_back(tab, text, "on")

    @rule(tab=TABS)
    def send_the_same_again(self, tab: int) -> None:
        one = self.tabs[tab]
        if one.sent is None or one.locked is not None:
            return
        code, sent = one.sent
        if code == one.code:
            self.send(one, sent["answer"][0], sent["go"][0])

    @rule(tab=TABS)
    def keep_the_saved_one(self, tab: int) -> None:
        one = self.tabs[tab]
        if not one.fields or one.locked is not None:
            return
        before = self.saved(one.code)
        page = self.client.post(question_url(one.code), one.fields | {"go": ["saved"]})
        if page.status_code == 302 and before is not None:
            self.owed[one.code] -= one.showed - {before}
        elif page.status_code == 302:
            self.owed[one.code] -= one.showed
        if page.status_code != 403:  # a choice that met a locked visit is made again afterwards
            self.follow(one, page)

    def saved(self, code: str) -> str | None:
        answers = QuestionnaireResponse.objects.get(pk=self.mine.response.pk).answers
        return str(answers[code]["value"]) if code in answers else None

    @rule()
    def leave_it_for_half_an_hour(self) -> None:
        let_it_idle(self.client)

    @precondition(lambda self: any(tab.locked for tab in self.tabs))
    @rule()
    def sign_in_again(self) -> None:
        for tab in self.tabs:
            if tab.locked is not None:
                page, tab.locked = tab.locked, None
                self.follow(tab, sign_in(self.client, page))

    @rule()
    def lose_the_battery(self) -> None:
        if any(tab.locked for tab in self.tabs):
            return  # what no server has seen yet dies with the device
        self.client = self.mine.confirm()
        self.tabs = [Tab() for _ in range(3)]

    @invariant()
    def nothing_is_lost(self) -> None:
        for code in QUESTIONS:
            missing = self.owed[code] - self.found(code)
            assert not missing, f"{code}: {missing} is gone; kept is {self.found(code)}"

    @invariant()
    def only_answers_are_saved(self) -> None:
        answers = QuestionnaireResponse.objects.get(pk=self.mine.response.pk).answers
        assert all(code == "wish" or answer["value"] in {54, 61, 70} for code, answer in answers.items())

    def teardown(self) -> None:
        """At the end the person settles everything, and then nothing stands between them and sending."""
        self.client = self.mine.confirm()
        for code in QUESTIONS:
            fields = form_of(self.client.get(question_url(code)), "revision")
            page = self.client.post(question_url(code), fields | {"answer": ["61"], "go": ["on"]})
            assert page.status_code == 302, code
        assert "not saved yet" not in self.client.get(reverse("visit")).content.decode()


def test_nothing_is_lost_in_any_order(asked: Asked, client: Client) -> None:
    ThreeTabs.asked = asked
    run_state_machine_as_test(
        ThreeTabs,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=25,
            deadline=None,
            phases=(Phase.explicit, Phase.generate),  # a failing run tells its steps at once, unshrunk
            derandomize="CANDOR_EXAMPLES" not in os.environ,
            suppress_health_check=list(HealthCheck),
        ),
    )
