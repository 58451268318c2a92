"""Forms sent while the workers and the broker of a whole service are killed at random: none is lost."""

import json
import os
import subprocess
import sys

import pytest

from tests.processes import ROOT

pytestmark = [pytest.mark.worker, pytest.mark.embedded]

FORMS = 40


def test_every_form_has_both_its_documents_once_and_whole() -> None:
    done = subprocess.run(
        [sys.executable, "tests/benchmarks/survive.py"],
        cwd=ROOT,
        env=os.environ
        | {"PYTHONPATH": str(ROOT), "CANDOR_SUBMISSIONS": str(FORMS), "CANDOR_HURRIED": "1"}
        | {"CANDOR_PATIENCE": "180"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    outcome = json.loads(done.stdout)
    assert outcome["submissions"] == FORMS
    assert sum(outcome["kills"].values()) > 0
    assert [outcome[bad] for bad in ("refused", "lost", "doubled", "broken")] == [0, 0, 0, 0]
