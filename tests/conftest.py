"""What every test may ask for."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real and hostile data kept outside the project; a test that needs it is skipped where it is missing."""
    beside_the_project = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("FIXLORE_SHARED_DATA") or beside_the_project)
    if not folder.is_dir():
        pytest.skip("The shared data is not here; FIXLORE_SHARED_DATA can name its folder.")
    return folder
