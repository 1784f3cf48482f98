"""Everyone reads English here: what is said in French is tested elsewhere."""

import pytest
from flask import Flask
from sqlalchemy import update

from portal.accounts.models import User
from portal.extensions import db
from tests.conftest import act


@pytest.fixture(autouse=True)
def everyone_reads_english(fresh_portal: None, app: Flask) -> None:
    with act():
        db.session.execute(update(User).values(lang="en"))
