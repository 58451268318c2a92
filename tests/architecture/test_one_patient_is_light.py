"""What only cohorts need is not loaded for one patient."""

import subprocess
import sys

import pytest

from tests.architecture.source import ROOT

ONE_PATIENT = """
import sys
from questionnaires.definition import answers, expressions, facts, reading, submission, visibility
from questionnaires.definition.expressions import evaluate_together, parse
import decision_aid.scoring
condition = parse("%age > 1", {"age": facts.FactType("age", facts.FactKind.INTEGER)})
assert condition.holds({"age": 2}) and evaluate_together([condition])({"age": 2}) == (True,)
assert condition.to_fhirpath() == "%age > 1"
"""


@pytest.mark.parametrize("package", ["polars", "pyarrow", "numpy", "pandas"])
def test_scoring_one_patient_loads_no_frames(package: str) -> None:
    program = f"{ONE_PATIENT}\nassert {package!r} not in sys.modules"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
