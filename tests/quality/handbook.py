"""Takes the pictures of the administrator's handbook from a service of its own, into docs/images/handbook."""

# PYTHONPATH=. python tests/quality/handbook.py [--only WORDS] [--port 8196]

import argparse
import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import django
from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from tests.quality.place import ROOT, running_service

CHROMIUM = "/usr/bin/chromium"
FOLDER = ROOT / "docs" / "images" / "handbook"
SIZE = (1120, 760)
COLOURS = (96, 64, 32, 16)
MOST_BYTES = 60_000


def nothing(page: Page) -> None:
    """Look at the page as it opens."""


@dataclass(frozen=True)
class Scene:
    """One picture: its file's name, who looks, at what, and what they did there before."""

    name: str
    who: str
    path: str
    act: Callable[[Page], None] = nothing
    width: int = SIZE[0]
    height: int = SIZE[1]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", default="", help="pictures whose name holds these words")
    options.add_argument("--port", type=int, default=8196)
    asked = options.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="candor-") as var,
        running_service(Path(var), asked.port) as address,
    ):
        django.setup()
        photograph(address, asked.only)


def photograph(address: str, only: str) -> None:
    from tests.quality.pages import staff_session

    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for scene in every_scene():
            if only not in scene.name:
                continue
            context = chromium.new_context(viewport={"width": scene.width, "height": scene.height})
            context.add_cookies([{"name": "session", "value": staff_session(scene.who), "url": address}])
            page = context.new_page()
            page.goto(f"{address}{scene.path}")
            page.wait_for_load_state("networkidle")
            scene.act(page)
            size = keep(page.screenshot(), FOLDER / f"{scene.name}.png")
            sys.stdout.write(f"{scene.name}: {size // 1000} kB\n")
            context.close()
        chromium.close()


def keep(picture: bytes, file: Path) -> int:
    """Write a picture with the most colours with which it is light enough; its bytes."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    written = io.BytesIO()
    for colours in COLOURS:
        written = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
        if written.tell() <= MOST_BYTES:
            break
    file.write_bytes(written.getvalue())
    return written.tell()


def every_scene() -> Iterator[Scene]:
    """The pictures in the order of the handbook."""
    from decision_aid.models import DecisionAid
    from questionnaires.models import Question

    aid = DecisionAid.objects.filter(clinic__slug="northfield").earliest("pk")
    questions = f"/studio/questionnaires/{aid.intake_id}/"
    smoking = Question.objects.get(section__questionnaire=aid.intake, code="smoking")
    injury = Question.objects.get(section__questionnaire=aid.intake, code="recent_major_injury")
    option = aid.options.get(code="tubular_microdiscectomy")
    rule = option.rules.get(code="tubular_waited")
    case = aid.golden_cases.get(code="typical_disc")

    yield Scene("studio", "author", "/studio/")
    yield Scene("outline", "author", questions)
    yield Scene("question", "author", f"/studio/questions/{smoking.pk}/", height=1000)
    yield Scene("completion", "author", f"/studio/questions/{injury.pk}/", complete_a_condition)
    yield Scene("mistake", "author", f"/studio/questions/{injury.pk}/", mistype_a_condition)
    yield Scene("new-question", "author", f"{questions}questions/new/?kind=code", save_nothing)
    yield Scene("library", "author", f"{questions}library/?words=pain")
    yield Scene("preview", "author", f"{questions}preview/?person={case.code}&question=region", height=980)
    yield Scene("rules", "author", f"/studio/aids/{aid.pk}/#option-{option.pk}")
    yield Scene("rule", "author", f"/studio/rules/{rule.pk}/", height=1000)
    yield Scene("edited", "author", f"/studio/rules/{rule.pk}/", wait_eight_weeks)
    yield Scene("changes", "approver", f"/studio/aids/{aid.pk}/changes/")
    yield Scene("approver", "approver", f"/studio/rules/{rule.pk}/")
    yield Scene("on-a-phone", "author", questions, width=390, height=844)


def _condition(page: Page) -> None:
    page.get_by_label("Ask this only when").scroll_into_view_if_needed()
    page.mouse.wheel(0, 400)


def complete_a_condition(page: Page) -> None:
    box = page.get_by_label("Ask this only when")
    _condition(page)
    box.fill("%onset = ")
    box.press_sequentially(" ")
    expect(page.get_by_role("listbox", name="What could stand here")).to_be_visible()


def mistype_a_condition(page: Page) -> None:
    _condition(page)
    page.get_by_label("Ask this only when").fill("%onset = 'suden' or %age_yeers >= 65")
    expect(page.locator("[data-said] mark")).to_be_visible()


def save_nothing(page: Page) -> None:
    page.get_by_label("Why are you changing this?").fill("Runners asked for it.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".error-summary")).to_be_visible()


def wait_eight_weeks(page: Page) -> None:
    box = page.get_by_label("Holds when")
    box.fill(box.input_value().replace("conservative_weeks >= 6", "conservative_weeks >= 8"))
    box.press("Escape")
    page.get_by_label("Why are you changing this?").fill("The guideline of 2026 asks for eight weeks.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()


if __name__ == "__main__":
    main()
