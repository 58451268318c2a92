"""`manage.py demo --once --out DIR`: every stage in order, and what it leaves."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from pypdf import PdfReader

from tests.processes import ROOT
from tests.shared import SHARED

pytestmark = [pytest.mark.worker, pytest.mark.embedded]

STAGES = ("author", "publish", "invite", "answer", "submit and assess", "findings", "review", "summarise")
DOCUMENTS = {
    "answers-1-assessed.pdf",
    "surgeon-1-assessed.pdf",
    "surgeon-2-assessed.pdf",
    "surgeon-2-signed.pdf",
    "patient-2-released.pdf",
}


def demonstrate(out: Path) -> subprocess.CompletedProcess[str]:
    """Run the command as somebody would who has set nothing."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR")
    return subprocess.run(
        [sys.executable, "manage.py", "demo", "--once", "--out", str(out)],
        cwd=ROOT,
        env={name: os.environ[name] for name in kept if name in os.environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_takes_a_patient_through_every_stage_and_leaves_the_documents(tmp_path: Path) -> None:
    out = tmp_path / "a new folder" / "out"
    done = demonstrate(out)
    assert done.returncode == 0, done.stderr
    told = [line for line in done.stdout.splitlines() if line.startswith(STAGES)]
    assert [next(stage for stage in STAGES if line.startswith(stage)) for line in told] == list(STAGES)
    assert "Traceback" not in done.stderr

    assert {file.name for file in out.iterdir()} == DOCUMENTS | {"report.json"}
    for name in DOCUMENTS:
        assert PdfReader(out / name, strict=True).pages[0].extract_text()
    schema = json.loads((SHARED / "spine" / "report.schema.json").read_text())
    Draft202012Validator(schema).validate(json.loads((out / "report.json").read_text()))


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = demonstrate(tmp_path / "file" / "out")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == f"CommandError: The folder {tmp_path}/file/out cannot be made: Not a directory.\n"
