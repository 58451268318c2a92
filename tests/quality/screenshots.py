"""Photographs every page on a phone and at a desk, in each language, into the ignored folder screenshots/."""

# PYTHONPATH=. python tests/quality/screenshots.py [--only WORDS] [--language en-gb,qpl,qpr] [--var FOLDER]

import argparse
import sys
import tempfile
from pathlib import Path

import django
from playwright.sync_api import sync_playwright

from tests.quality.place import ROOT, running_service

CHROMIUM = "/usr/bin/chromium"
SIZES = {"phone": (360, 740), "desk": (1280, 900)}
TALLEST = 12_000  # of a longer page the beginning says enough
LANGUAGES = "en-gb,qpl,qpr"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", default="", help="pages whose name holds these words")
    options.add_argument("--language", default=LANGUAGES)
    options.add_argument("--size", default=",".join(SIZES))
    options.add_argument("--port", type=int, default=8197)
    options.add_argument("--into", type=Path, default=ROOT / "screenshots")
    asked = options.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="candor-") as var,
        running_service(Path(var), asked.port, pseudo_languages=True) as address,
    ):
        django.setup()
        photograph(address, asked)


def photograph(address: str, asked: argparse.Namespace) -> None:
    from tests.quality.pages import every_sight

    sights = [sight for sight in every_sight() if asked.only in sight.name]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for language in asked.language.split(","):
            for size in asked.size.split(","):
                width, height = SIZES[size]
                context = chromium.new_context(viewport={"width": width, "height": height})
                folder = asked.into / language / size
                folder.mkdir(parents=True, exist_ok=True)
                for number, sight in enumerate(sights, start=1):
                    context.clear_cookies()
                    cookies = {"django_language": language, "session": sight.session}
                    context.add_cookies(
                        [
                            {"name": name, "value": value, "url": address}
                            for name, value in cookies.items()
                            if value
                        ]
                    )
                    page = context.new_page()
                    page.goto(f"{address}{sight.path}")
                    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
                    tall = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
                    page.set_viewport_size({"width": width, "height": max(tall, height)})
                    page.screenshot(path=folder / f"{number:02} {sight.name}.png")
                    if wide:
                        sys.stdout.write(f"{language} {size} {sight.name}: wider than the screen\n")
                    page.close()
                context.close()
        chromium.close()


if __name__ == "__main__":
    main()
