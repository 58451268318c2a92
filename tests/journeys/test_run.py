"""What `make run` starts, driven over plain HTTP as patient and as surgeon, to the documents of both."""

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from config.demonstration import PEOPLE, Person, answers_from_facts
from decision_aid.packs import Pack, read_pack
from questionnaires.definition.answers import Answer
from questionnaires.definition.facts import read_facts
from questionnaires.definition.reading import read_definition
from questionnaires.definition.typed import texts_of
from questionnaires.definition.visibility import shown_questions
from tests.journeys.by_http import Page, Visitor
from tests.processes import wait_until
from tests.service import Service

pytestmark = [pytest.mark.worker, pytest.mark.embedded]

QUESTION = "Kann ich danach wandern? Über 800 m?"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = Service(tmp_path_factory.mktemp("service") / "var")
    yield service
    if service.process.poll() is None:
        service.stop()


def test_a_patient_and_a_surgeon_come_to_their_documents(service: Service) -> None:
    printed = service.wait_until_up()
    pack = read_pack("spine")
    person, link = patient_of(printed)
    patient, surgeon = Visitor(service.address), Visitor(service.address)

    documents = answer(patient, link, person, texts_from(pack, "intake", person))
    assert QUESTION in text_of(patient, documents, "A copy of your answers")

    sheet = sign_in(surgeon, printed, person)
    assert "Before and now" not in sheet.text
    sheet = examine(surgeon, sheet, texts_from(pack, "findings", person))
    assert "Before and now" in sheet.text
    sheet = surgeon.send(sheet, sheet.form_to("/sign/"))
    sheet = surgeon.send(sheet, sheet.form_to("/release/"))
    assert "The patient can see the options now." in sheet.text
    sheet = wait_for(surgeon, sheet.path, "Surgeon's summary")
    assert person.family_name in text_of(surgeon, sheet, "Surgeon's summary")

    options = wait_for(patient, "/visit/options/", "Your treatment options")
    assert options.heading == "Your treatment options"
    summary = text_of(patient, options, "Your treatment options")
    assert f"{person.given_name} {person.family_name}" in summary
    assert QUESTION in summary
    assert service.stop() == 0


def patient_of(printed: str) -> tuple[Person, str]:
    """Whose link was printed, by their birth date, and the link."""
    link = re.search(r"A patient's link +(\S+)", printed)
    born = re.search(r"their birth date +(\d\d \d\d \d{4})", printed)
    assert link
    assert born
    [person] = [person for person in PEOPLE if f"{person.birth_date:%d %m %Y}" == born[1]]
    return person, link[1]


def texts_from(pack: Pack, form: str, person: Person) -> Mapping[str, list[str]]:
    """What somebody like this person sends for each question."""
    definition = read_definition(pack.questionnaires[form])
    aid: Mapping[str, Any] = pack.aid
    cases = {case["id"]: case["facts"] for case in aid["golden_cases"]}
    facts = person.wishes | cases[person.like] | {"questions_for_surgeon": QUESTION}
    known = {code: value for code, value in facts.items() if code in definition.types}
    answers: Mapping[str, Answer] = answers_from_facts(definition, read_facts(known, definition.types))
    return {code: texts_of(answers[code]) for code in shown_questions(definition, answers) if code in answers}


def answer(patient: Visitor, link: str, person: Person, texts: Mapping[str, list[str]]) -> Page:
    """From the link to the page of documents that has the copy of the answers."""
    page = patient.open(link)
    page = patient.send(page, page.form("csrfmiddlewaretoken"))
    born = person.birth_date
    given = {"day": str(born.day), "month": str(born.month), "year": str(born.year)}
    page = patient.send(page, page.form("day"), given)
    page = patient.send(page, page.form("answered_by"), {"answered_by": "patient"})
    page = patient.open(next_question(page))
    while (code := page.path.strip("/").rpartition("/")[2]) != "check":
        page = patient.send(page, page.form("revision"), {"answer": texts.get(code, []), "go": "on"})
        assert page.status == 200
        assert page.path != f"/visit/questions/{code}/"
    page = patient.send(page, page.form("revision"))
    assert page.heading == "Thank you. Your answers have arrived"
    return wait_for(patient, "/visit/documents/", "A copy of your answers")


def next_question(sections: Page) -> str:
    address = sections.link("Start")
    assert address is not None
    return address


def sign_in(surgeon: Visitor, printed: str, person: Person) -> Page:
    """From the worklist's address, through the entrance, to the sheet of a person."""
    emails = re.search(r"Sign in as +(\S+?),", printed)
    password = re.search(r"password +(\S+)", printed)
    assert emails
    assert password
    entrance = surgeon.open("/worklist/")
    worklist = surgeon.send(
        entrance, entrance.form("password"), {"login": emails[1], "password": password[1]}
    )
    assert worklist.heading == "Worklist"
    address = worklist.link(f"{person.family_name}, {person.given_name}")
    assert address is not None
    return surgeon.open(address)


def examine(surgeon: Visitor, sheet: Page, texts: Mapping[str, list[str]]) -> Page:
    """Enter the findings, saving until no further question opens, and send them."""
    address = sheet.link("Enter findings")
    assert address is not None
    page = surgeon.open(address)
    asked: set[str] = set()
    while asked != (names := page.form("asked").names()):
        asked = names
        page = surgeon.send(page, page.form("asked"), given(texts, asked) | {"act": ["save"]})
        assert page.status == 200
    return surgeon.send(page, page.form("asked"), given(texts, asked) | {"act": ["submit"]})


def given(texts: Mapping[str, list[str]], asked: set[str]) -> dict[str, list[str]]:
    return {code: values for code, values in texts.items() if code in asked}


def wait_for(visitor: Visitor, path: str, document: str) -> Page:
    """Open a page again and again until it has the link of a document."""
    wait_until(lambda: visitor.open(path).link(document), 60, f"a link to {document}")
    return visitor.open(path)


def text_of(visitor: Visitor, page: Page, document: str) -> str:
    """The text of the PDF behind a link of the page, with single spaces."""
    address = page.link(document)
    assert address is not None
    pdf = visitor.open(address)
    assert (pdf.status, pdf.content_type) == (200, "application/pdf")
    return " ".join(
        " ".join(sheet.extract_text() for sheet in PdfReader(BytesIO(pdf.body), strict=True).pages).split()
    )
