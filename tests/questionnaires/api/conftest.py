"""A browser of the surgeon, for the tests of the API."""

import pytest
from django.test import Client

from questionnaires.models import User
from tests.cast import signed_in


@pytest.fixture
def surgeon_client(surgeon: User) -> Client:
    return signed_in(surgeon)
