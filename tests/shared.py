"""Where the tests find the shared design, vocabulary and evidence beside the checkout."""

from pathlib import Path

SHARED = Path(__file__).resolve().parents[2] / "shared"
