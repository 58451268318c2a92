"""The rules AN-01 to AN-05 and WB-01 to WB-05 for links, codes, birth dates and pages, one by one."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.demonstration import Cast
from questionnaires.models import Invitation, KnownDevice, OneTimeCode, QuestionnaireResponse
from questionnaires.services.codes import tell_code
from questionnaires.services.inviting import check_invitation, find_invitation, invite, revoke, token_hash
from questionnaires.services.refusals import Refused
from tests.cast import a_surgeon_of, new_patient
from tests.processes import ROOT
from tests.questionnaires.pages.browsing import agree, form_of, give, question_url, text_of
from tests.questionnaires.pages.conftest import Asked
from tests.questionnaires.pages.test_check_answers_page import answer_everything, send

BORN = {"day": "28", "month": "2", "year": "1970"}
CODE = reverse("code")


def refused_with(token: str, at: Any = None) -> str:
    try:
        find_invitation(token, at)
    except Refused as refused:
        return refused.code
    return "works"


def everything_stored() -> str:
    """Every value of every table of asking, and of the sessions."""
    models = [
        *apps.get_app_config("questionnaires").get_models(),
        *apps.get_app_config("sessions").get_models(),
    ]
    return "\n".join(str(row) for model in models for row in model._default_manager.values_list())


# ── AN-01 ───────────────────────────────────────────────────────────────────────────────────────────────


def test_an_01_a_link_is_192_random_bits_and_only_its_hash_is_stored(asked: Asked) -> None:
    assert re.fullmatch(r"[\w-]{32}", asked.token)
    row = Invitation.objects.get(response=asked.response)
    assert row.token_sha256 == token_hash(asked.token)
    asked.begin()
    assert asked.token not in everything_stored()


def test_an_01_a_link_opens_one_form_of_one_clinic(asked: Asked, other_cast: Cast) -> None:
    other = new_patient(other_cast.clinic, "T-9")
    theirs = QuestionnaireResponse.objects.create(
        clinic=other_cast.clinic, patient=other, version=asked.response.version
    )
    _, token = invite(theirs, None)
    assert find_invitation(token).clinic == other_cast.clinic
    assert find_invitation(asked.token).response == asked.response


def test_an_01_no_secret_is_made_of_a_uuid_or_a_weak_generator() -> None:
    for folder in ("config", "decision_aid", "questionnaires"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
                assert "random" not in names, file
                if isinstance(node, ast.Call):
                    called = ast.unparse(node.func)
                    assert not called.startswith("random."), file
                    assert not called.endswith(("uuid4", "uuid1")), file


# ── AN-02 ───────────────────────────────────────────────────────────────────────────────────────────────


def test_an_02_looking_at_a_link_spends_nothing_starts_nothing_and_names_nobody(asked: Asked) -> None:
    person, clinic = asked.response.patient, asked.response.clinic
    before = list(Invitation.objects.values())
    for number in range(20):
        client = Client(HTTP_USER_AGENT=("Mozilla/5.0", "SafeLinks", "curl/8", "")[number % 4])
        page = client.get(f"/l/{asked.token}/") if number % 2 else client.head(f"/l/{asked.token}/")
        assert settings.SESSION_COOKIE_NAME not in page.cookies
        for secret in (person.given_name, person.family_name, person.number, clinic.name, asked.token):
            assert secret not in page.content.decode()
    assert list(Invitation.objects.values()) == before
    assert Client().post(f"/l/{asked.token}/").status_code == 302


# ── AN-03 ───────────────────────────────────────────────────────────────────────────────────────────────


def test_an_03_a_link_lasts_fourteen_days_to_the_second(asked: Asked) -> None:
    row = Invitation.objects.get(response=asked.response)
    assert abs(row.expires_at - timezone.now() - timedelta(days=14)) < timedelta(minutes=1)
    assert refused_with(asked.token, row.expires_at - timedelta(seconds=1)) == "works"
    assert refused_with(asked.token, row.expires_at) == "link_expired"


def test_an_03_a_link_revoked_in_the_middle_of_a_visit_saves_nothing_more(
    asked: Asked, visitor: Client, cast: Cast
) -> None:
    fields = form_of(visitor.get(question_url("age_years")), "revision")
    revoke(Invitation.objects.get(response=asked.response), cast.coordinator)
    page = visitor.post(question_url("age_years"), fields | {"answer": ["54"]})
    assert page.status_code == 403
    asked.response.refresh_from_db()
    assert asked.response.answers == {}


def test_an_03_a_link_made_again_ends_the_older_one(asked: Asked) -> None:
    invite(asked.response, None)
    assert refused_with(asked.token) == "link_revoked"
    assert Client().get(f"/l/{asked.token}/").status_code == 410


def test_an_03_after_the_form_was_sent_its_link_alone_opens_nothing(asked: Asked, visitor: Client) -> None:
    answer_everything(visitor)
    send(visitor)
    client = Client()
    client.cookies[settings.DEVICE_COOKIE_NAME] = visitor.cookies[settings.DEVICE_COOKIE_NAME].value
    client.post(f"/l/{asked.token}/")
    client.post(reverse("birth_date"), BORN)
    assert client.get(reverse("thank_you"), follow=True).redirect_chain[-1][0] == CODE


# ── AN-04 ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_an_04_of_fifty_birth_dates_at_once_five_are_looked_at(asked: Asked, cast: Cast) -> None:
    clients = [asked.open_link() for _ in range(50)]
    _, other_token = invite(
        QuestionnaireResponse.objects.create(
            clinic=cast.clinic, patient=new_patient(cast.clinic, "T-9"), version=asked.response.version
        ),
        None,
    )

    def guess(client: Client) -> int:
        try:
            return client.post(reverse("birth_date"), BORN | {"year": "1971"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as browsers:
        statuses = set(browsers.map(guess, clients))
    row = Invitation.objects.get(token_sha256=token_hash(asked.token))
    assert row.birth_date_tries == 5
    assert statuses == {403}
    with pytest.raises(Refused, match="link_locked"):
        check_invitation(row)
    assert refused_with(other_token) == "works"


# ── AN-05 ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def begun(asked: Asked, visitor: Client) -> Client:
    """The browser in which the form was begun; it holds the answer 54 and a wish."""
    give(visitor, "age_years", "54")
    give(visitor, "wish", "To carry my granddaughter")
    return visitor


@pytest.fixture
def elsewhere(asked: Asked, begun: Client) -> Client:
    """Another browser with the link and the right birth date."""
    client = asked.open_link()
    client.post(reverse("birth_date"), BORN)
    return client


def pages_of(asked: Asked) -> Iterator[str]:
    for name in ("visit", "consent", "check_answers", "thank_you", "warning", "code", "birth_date"):
        yield reverse(name)
    for one in asked.response.version.definition.questions:
        yield question_url(one.code)
    yield from ("/visit/options/", "/visit/documents/", f"/l/{asked.token}/")


def test_an_05_link_and_birth_date_in_another_browser_read_nothing_back(
    asked: Asked, elsewhere: Client
) -> None:
    for address in pages_of(asked):
        for page in (
            elsewhere.get(address, follow=True),
            elsewhere.post(address, {"answer": "1"}, follow=True),
        ):
            words = page.content.decode()
            for secret in ("granddaughter", 'value="54"', asked.response.patient.family_name):
                assert secret not in words, address
    asked.response.refresh_from_db()
    assert set(asked.response.answers) == {"age_years", "wish"}


def test_an_05_a_code_lets_it_go_on_and_then_knows_it(asked: Asked, elsewhere: Client) -> None:
    assert elsewhere.get(reverse("visit"), follow=True).redirect_chain[-1][0] == CODE
    digits = tell_code(asked.response, a_surgeon_of(asked.response))
    before = elsewhere.cookies[settings.SESSION_COOKIE_NAME].value
    wrong = elsewhere.post(CODE, {"digits": "000000" if digits != "000000" else "111111"})
    assert wrong.status_code == 403
    assert "not a code that works now" in text_of(wrong)
    answer = elsewhere.post(CODE, {"digits": digits})
    assert answer["Location"] == reverse("visit")
    assert elsewhere.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert "granddaughter" in elsewhere.get(question_url("wish")).content.decode()
    cookie = answer.cookies[settings.DEVICE_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie.value not in everything_stored()


def test_an_05_a_used_code_opens_no_third_browser(asked: Asked, elsewhere: Client) -> None:
    digits = tell_code(asked.response, a_surgeon_of(asked.response))
    elsewhere.post(CODE, {"digits": digits})
    third = asked.open_link()
    third.post(reverse("birth_date"), BORN)
    assert third.post(CODE, {"digits": digits}).status_code == 403
    assert OneTimeCode.objects.filter(used_at__isnull=False).count() == 1


def test_an_05_the_browser_that_began_goes_on_without_a_code(asked: Asked, begun: Client) -> None:
    later = Client()
    later.cookies[settings.DEVICE_COOKIE_NAME] = begun.cookies[settings.DEVICE_COOKIE_NAME].value
    later.post(f"/l/{asked.token}/")
    later.post(reverse("birth_date"), BORN)
    assert "granddaughter" in later.get(question_url("wish")).content.decode()
    KnownDevice.objects.update(expires_at=timezone.now())
    again = Client()
    again.cookies[settings.DEVICE_COOKIE_NAME] = begun.cookies[settings.DEVICE_COOKIE_NAME].value
    again.post(f"/l/{asked.token}/")
    again.post(reverse("birth_date"), BORN)
    assert again.get(question_url("wish")).status_code == 302


def test_an_05_the_birth_date_comes_before_any_code(asked: Asked, begun: Client) -> None:
    client = asked.open_link()
    digits = tell_code(asked.response, a_surgeon_of(asked.response))
    assert client.post(CODE, {"digits": digits}, follow=True).redirect_chain[-1][0] == reverse("birth_date")


def test_an_05_leaving_forgets_the_browser(begun: Client) -> None:
    page = begun.post(reverse("leave"))
    assert page.cookies[settings.DEVICE_COOKIE_NAME].value == ""
    assert not KnownDevice.objects.exists()


def test_an_05_who_was_there_before_the_first_answer_does_not_see_the_next_ones(asked: Asked) -> None:
    early = asked.confirm()
    assert early.get(reverse("consent")).status_code == 200
    patient = asked.begin()
    give(patient, "wish", "To carry my granddaughter")
    assert early.get(question_url("wish"), follow=True).redirect_chain[-1][0] == CODE


# ── WB-01 to WB-05 ──────────────────────────────────────────────────────────────────────────────────────


def test_wb_01_every_answer_has_a_policy_that_allows_no_inline_and_no_stranger(
    asked: Asked, visitor: Client
) -> None:
    for address in (*pages_of(asked), "/no-such-page/", reverse("account_login"), "/livez"):
        for client in (visitor, Client()):
            policy = client.get(address)["Content-Security-Policy"]
            parts = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
            for name in ("default-src", "object-src", "base-uri", "frame-ancestors"):
                assert parts[name] == "'none'", address
            assert parts["form-action"] == "'self'"
            assert "unsafe" not in policy
            assert "http" not in policy


def test_wb_02_over_tls_cookies_and_headers_keep_to_tls(tmp_path: Path) -> None:
    names = [name for name in dir(settings) if name.startswith(("SECURE_", "SESSION_COOKIE", "CSRF_COOKIE"))]
    names += ["DEVICE_COOKIE_NAME", "X_FRAME_OPTIONS"]
    program = (
        "import json; from config import settings as s; from django.conf import global_settings as g; "
        f"print(json.dumps({{n: getattr(s, n, getattr(g, n, None)) for n in {names!r}}}, default=str))"
    )
    said = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "PUBLIC_URL": "https://forms.example", "CANDOR_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(said.stdout)
    for cookie in ("SESSION_COOKIE", "CSRF_COOKIE"):
        assert found[f"{cookie}_SECURE"] is True
        assert found[f"{cookie}_HTTPONLY"] is True
        assert found[f"{cookie}_SAMESITE"] in {"Lax", "Strict"}
        assert found[f"{cookie}_NAME"].startswith("__Host-")
    assert found["DEVICE_COOKIE_NAME"].startswith("__Host-")
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert found["SECURE_HSTS_INCLUDE_SUBDOMAINS"]
    assert found["SECURE_SSL_REDIRECT"]


def test_wb_02_every_answer_forbids_sniffing_framing_and_sharing(asked: Asked, visitor: Client) -> None:
    for address in (*pages_of(asked), "/no-such-page/"):
        page = visitor.get(address)
        assert page["X-Content-Type-Options"] == "nosniff"
        assert page["X-Frame-Options"] == "DENY"
        assert page["Cross-Origin-Opener-Policy"] == "same-origin"
        assert page["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in page
    assert visitor.generic("TRACE", reverse("visit")).status_code == 405


def test_wb_03_no_cache_keeps_a_page_about_a_person(asked: Asked, visitor: Client, elsewhere: Client) -> None:
    for client in (visitor, elsewhere):
        for address in pages_of(asked):
            assert "no-store" in client.get(address)["Cache-Control"], address
    assert not [name for name in settings.MIDDLEWARE if "cache" in name.lower()]
    assert "storage" in visitor.post(reverse("leave"))["Clear-Site-Data"]


def test_wb_04_the_secret_leaves_the_address_at_once(
    asked: Asked, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    client = Client()
    answer = client.post(f"/l/{asked.token}/")
    assert asked.token not in answer["Location"]
    client.get(f"/l/{asked.token[:-1]}/")
    for address in (reverse("birth_date"), reverse("visit")):
        page = client.get(address)
        assert asked.token not in page.content.decode()
        # An origin and never a path: with “no-referrer” browsers send “Origin: null”, which WB-05 refuses.
        assert page["Referrer-Policy"] == "strict-origin"
    assert asked.token[:-1] not in capfd.readouterr().err


def test_wb_05_nothing_is_taken_without_the_proof_that_the_form_is_ours(asked: Asked) -> None:
    client = Client(enforce_csrf_checks=True)
    for address in (*pages_of(asked), reverse("leave"), reverse("account_login")):
        assert client.post(address, {"answer": "1"}).status_code in {403, 404, 405}, address
    strange = Client(enforce_csrf_checks=True, headers={"Origin": "https://evil.example"})
    fields = form_of(strange.get(f"/l/{asked.token}/"), "csrfmiddlewaretoken")
    assert strange.post(f"/l/{asked.token}/", fields).status_code == 403
    assert agree(strange).status_code == 403
