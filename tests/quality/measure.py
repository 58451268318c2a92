"""Visits every page with Chromium and writes what was found and measured to docs/quality.md."""

# PYTHONPATH=. python tests/quality/measure.py [--only WORDS] [--minutes N]
# The tools of npm are installed once into the ignored folder var/quality.

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.journeys.accessibility import FOLDS, OPTIONS
from tests.quality.place import ROOT, running_service

if TYPE_CHECKING:
    from tests.quality.pages import Sight

CHROMIUM = "/usr/bin/chromium"
TOOLS = ROOT / "var" / "quality"
NPM_TOOLS = ("lighthouse@12", "html-validate@10")
REPORT = ROOT / "docs" / "quality.md"
MOST_FIRST_LOAD, MOST_STEP = 60_000, 15_000  # bytes over the wire
# Slow 4G as Lighthouse simulates it, on a middle-class phone.
LIGHTHOUSE = (
    "--quiet", "--output=json", "--only-categories=performance,accessibility,best-practices",
    "--throttling-method=simulate", "--form-factor=mobile", "--max-wait-for-load=60000",
)  # fmt: skip
# What a house rule of ours decides otherwise than the recommendations: each with its reason.
HTML_RULES = {
    "extends": ["html-validate:standard", "html-validate:a11y"],
    "rules": {
        "void-style": "off",  # Django writes some void elements with a slash
        "no-trailing-whitespace": "off",
        "attribute-boolean-style": "off",  # Django writes checked="" in places
        "long-title": "off",
        "tel-non-breaking": "off",  # phone numbers are kept on one line by the style sheet
        "prefer-native-element": "off",
        "no-implicit-button-type": "off",  # a button in a form sends it: that is what is meant
        "no-inline-style": "error",
    },
}


@dataclass
class Found:
    """What one page was found to be."""

    name: str
    status: int = 0
    bytes_first: int = 0
    bytes_step: int = 0
    others: list[str] = field(default_factory=list)
    axe: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    lighthouse: dict[str, float] = field(default_factory=dict)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", default="", help="pages whose name holds these words")
    options.add_argument("--minutes", type=float, default=60, help="begin no Lighthouse run after these")
    options.add_argument("--runs", type=int, default=1, help="Lighthouse runs a page; the median counts")
    options.add_argument("--port", type=int, default=8198)
    asked = options.parse_args()
    install_tools()
    with (
        tempfile.TemporaryDirectory(prefix="candor-") as var,
        running_service(Path(var), asked.port) as address,
    ):
        django.setup()
        from tests.quality.pages import every_sight

        sights = [sight for sight in every_sight() if asked.only in sight.name]
        found = visit(address, sights, Path(var))
        until = time.monotonic() + 60 * asked.minutes
        for page, sight in zip(found, sights, strict=True):
            if page.status == 200 and time.monotonic() < until:
                page.lighthouse = lighthouse(f"{address}{sight.path}", sight.session, asked.runs)
    if not asked.only:
        REPORT.write_text(report(found, sights))
    for page in found:
        sys.stdout.write(f"{page}\n")


def install_tools() -> None:
    """Fetch the tools of npm once."""
    if not (TOOLS / "node_modules" / ".bin" / "lighthouse").exists():
        TOOLS.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(TOOLS), *NPM_TOOLS], check=True
        )


def visit(address: str, sights: "list[Sight]", folder: Path) -> list[Found]:
    found = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for sight in sights:
            context = chromium.new_context(viewport={"width": 360, "height": 740})
            if sight.session:
                context.add_cookies([{"name": "session", "value": sight.session, "url": address}])
            found.append(look_at(context, f"{address}{sight.path}", sight.name, folder))
            context.close()
        chromium.close()
    validate(found, folder)
    return found


def look_at(context: BrowserContext, address: str, name: str, folder: Path) -> Found:
    """Load a page with an empty cache and then as a step of a visit, and run axe with every fold open."""
    found = Found(name)
    page = context.new_page()
    page.on("console", lambda said: found.others.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: found.others.append(str(error)))
    own = address.split("/", 3)[:3]
    page.on(
        "request",
        lambda asked: (
            None
            if asked.url.split("/", 3)[:3] == own or asked.url.startswith("data:")
            else found.others.append(asked.url)
        ),
    )
    found.bytes_first, found.status, source = weigh(page, address)
    found.bytes_step, _, _ = weigh(page, address)
    found.others = [said for said in found.others if f"status of {found.status}" not in said]
    (folder / f"{name.replace(' ', '-')}.html").write_bytes(source)
    page.evaluate(f"{FOLDS}.forEach((fold) => {{ fold.open = true; }})")
    violations: list[Any] = Axe().run(page, options=OPTIONS).response["violations"]
    found.axe = [f"{rule['id']} ({len(rule['nodes'])})" for rule in violations]
    page.close()
    return found


def weigh(page: Page, address: str) -> tuple[int, int, bytes]:
    """Bytes over the wire, headers included, the status, and the page's source."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    weights: list[float] = []
    network.on("Network.loadingFinished", lambda event: weights.append(event["encodedDataLength"]))
    response = page.goto(address, wait_until="networkidle")
    network.detach()
    if response is None:
        message = f"{address} answered nothing"
        raise RuntimeError(message)
    return int(sum(weights)), response.status, response.body()


def validate(found: list[Found], folder: Path) -> None:
    """Ask html-validate about the source of each page, as the server sent it."""
    rules = folder / "htmlvalidate.json"
    rules.write_text(json.dumps({"root": True} | HTML_RULES))
    told = folder / "told.json"  # through a pipe, it ends before it has told everything
    with told.open("wb") as into:
        subprocess.run(
            [str(TOOLS / "node_modules/.bin/html-validate"), "--config", str(rules), "--formatter", "json",
             *(str(path) for path in sorted(folder.glob("*.html")))],
            stdout=into, check=False,
        )  # fmt: skip
    said = {Path(file["filePath"]).stem: file["messages"] for file in json.loads(told.read_text())}
    for page in found:
        messages = said.get(page.name.replace(" ", "-"), [])
        page.html = sorted(
            {f"{message['ruleId']}: {message['message']} (line {message['line']})" for message in messages}
        )


def lighthouse(address: str, session: str, runs: int) -> dict[str, float]:
    """The median figures: scores from 0 to 100, largest contentful paint in seconds; none where it failed."""
    taken = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory(prefix="candor-profile-") as profile:
            if session:
                keep_cookie(profile, address, session)
            chrome = f"--chrome-flags=--headless=new --no-sandbox --disable-gpu --user-data-dir={profile}"
            done = subprocess.run(
                [str(TOOLS / "node_modules/.bin/lighthouse"), address, *LIGHTHOUSE, chrome],
                capture_output=True, text=True, check=False, env=os.environ | {"CHROME_PATH": CHROMIUM},
            )  # fmt: skip
        if done.returncode:
            sys.stdout.write(f"Lighthouse could not measure {address}: {done.stderr[-300:]}\n")
            return {}
        taken.append(json.loads(done.stdout))
    figures = {
        name: [100 * run["categories"][name]["score"] for run in taken] for name in taken[0]["categories"]
    }
    figures["lcp"] = [run["audits"]["largest-contentful-paint"]["numericValue"] / 1000 for run in taken]
    return {name: statistics.median(values) for name, values in figures.items()}


def keep_cookie(profile: str, address: str, session: str) -> None:
    """Put the session into a browser's profile: sent as a header it is missing from what a page fetches."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        hour = time.time() + 3600
        context.add_cookies([{"name": "session", "value": session, "url": address, "expires": hour}])
        context.close()


def report(found: list[Found], sights: "list[Sight]") -> str:
    lines = [
        "# Quality of every page",
        "",
        f"Made by `make quality` on {datetime.now(UTC):%-d %B %Y}; do not edit. Chromium at 360 × 740, the",
        "demonstration's people, the service as `make run` starts it.",
        "",
        "- **axe**: rules broken, with every fold open, best practices and target size included.",
        "- **HTML**: what html-validate says of the source, with its standard and accessibility rules.",
        "- **first, step**: kB over the wire with an empty cache, and on the next page of the same visit.",
        "- **Lighthouse**: accessibility, best practices, performance (0–100) and largest contentful paint",
        "  in seconds, on a simulated slow 4G and a middle-class phone; – where it was not measured.",
        "- **else**: errors in the console, and requests to others.",
        "",
    ]
    for title, patients in (("The patient's pages", True), ("The staff's pages", False)):
        lines += [
            f"## {title}",
            "",
            "| page | status | axe | HTML | first | step | a11y | practices | performance | LCP | else |",
            "|---|---|---|---|---|---|---|---|---|---|---|",
        ]
        lines += [
            row(page) for page, sight in zip(found, sights, strict=True) if sight.for_patients == patients
        ]
        lines.append("")
    return "\n".join(lines)


def row(page: Found) -> str:
    score = page.lighthouse
    cells = [
        page.name,
        str(page.status),
        ", ".join(page.axe) or "0",
        "; ".join(page.html).replace("|", "\\|") or "0",
        f"{page.bytes_first / 1000:.1f}",
        f"{page.bytes_step / 1000:.1f}",
        *(
            f"{score[name]:.0f}" if score else "–"
            for name in ("accessibility", "best-practices", "performance")
        ),
        f"{score['lcp']:.2f}" if score else "–",
        "; ".join(dict.fromkeys(page.others)).replace("|", "\\|") or "0",
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
