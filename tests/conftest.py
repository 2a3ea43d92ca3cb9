"""Fixtures: an application on each database, emptied after each test."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography.fernet import Fernet

from rewards.app import create_app
from rewards.core.db import Base, db
from rewards.core.settings import Settings

SHANGHAI = ZoneInfo("Asia/Shanghai")


def build_settings(tmp_path, database_url, redis_url=None):
    return Settings(
        database_url=database_url,
        redis_url=redis_url,
        secret_key="test-secret-key-of-forty-characters-0123",
        data_keys=(Fernet.generate_key().decode(),),
        public_url=None,
        streams_url=None,
        zone=SHANGHAI,
        demo_mode=True,
        secure_cookies=False,
        log_level="WARNING",
        instance_path=Path(tmp_path),
        trusted_proxies=0,
    )


@pytest.fixture
def app(tmp_path):
    app = create_app(build_settings(tmp_path, f"sqlite:///{tmp_path}/rewards.db"))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def now():
    """Saturday, 21 November 2026, 14:40 in Shanghai."""
    return datetime(2026, 11, 21, 6, 40, tzinfo=UTC)
