"""`dyzurny doctor` tells what is well from what is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr
from redis import Redis

from bot.settings import Settings
from bot.store.migrate import migrate
from bot.supervisor.doctor import Finding, examine
from bot.supervisor.ports import free_port
from bot.supervisor.surroundings import load_settings


@pytest.fixture
def settings(tmp_path: Path, redis_url: str) -> Settings:
    return load_settings(
        redis_url=redis_url,
        database_url=f"sqlite:///{tmp_path}/record.db",
        rasa_url=f"http://127.0.0.1:{free_port()}",
        port=free_port(),
        demo=False,
        page_tokens={},
        verify_token=None,
        app_secret=SecretStr("kept to itself"),
    )


async def found(settings: Settings) -> dict[str, Finding]:
    return {finding.what: finding for finding in await examine(settings)}


async def test_one_fault_does_not_hide_another(settings: Settings) -> None:
    findings = await found(settings)
    assert findings["Redis"].well
    assert not findings["Rasa"].well
    assert not findings["web"].well
    assert "`dyzurny migrate`" in findings["database"].said
    assert "DYZURNY_VERIFY_TOKEN" in findings["page"].said


async def test_a_migrated_database_is_well(settings: Settings) -> None:
    migrate(settings.database_url)
    assert (await found(settings))["database"].well


async def test_a_redis_that_forgets_in_a_crash_is_not_well(settings: Settings) -> None:
    with Redis.from_url(settings.redis_url) as client:
        client.config_set("appendfsync", "everysec")
        try:
            finding = (await found(settings))["Redis"]
        finally:
            client.config_set("appendfsync", "always")
    assert not finding.well
    assert "appendfsync always" in finding.said


async def test_no_secret_is_told(settings: Settings) -> None:
    said = " ".join(finding.said for finding in (await found(settings)).values())
    assert "kept to itself" not in said
    assert settings.redis_url not in said
