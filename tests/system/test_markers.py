"""A whole claim of marker words on the real product: no log, metric, page or lasting key of Redis holds one."""

from __future__ import annotations

import asyncio
import json

import pytest
from redis import Redis
from sqlalchemy import create_engine, text

from bot.settings import DEMO_PAGE
from bot.supervisor.rasa_server import TRACKER_SECONDS
from tests.system.product import APP_SECRET, Product

pytestmark = pytest.mark.rasa

PSID = "960001"
NAME, WORDS, TELEPHONE, ACCOUNT = "Eustachy", "Kalamburowicz", "602345678", "61109010140000071219812874"
MARKERS = (NAME, WORDS, TELEPHONE, ACCOUNT, ACCOUNT[2:], "zaswiadczenie-lekarskie")
SECRETS = (APP_SECRET, "verify-me", "a secret key for tests only", f"demo-token-{DEMO_PAGE}")
TALK = (
    f"dzień dobry, tu {WORDS}",
    "chcę złożyć reklamację",
    f"nazywam się {WORDS}, mój telefon to {TELEPHONE}",
    f"numer konta {ACCOUNT}",
    f"{WORDS} {TELEPHONE}",
    "poproszę konsultanta",
)


def marked(found: str, words: tuple[str, ...]) -> list[str]:
    return [word for word in words if word in found or json.dumps(word)[1:-1] in found]


async def _all_is_handled(product: Product) -> None:
    engine = create_engine(product.env["DYZURNY_DATABASE_URL"])
    wanted = text("SELECT count(*) FROM messages WHERE text LIKE '%na koniec'")
    async with asyncio.timeout(60):
        with Redis.from_url(product.env["DYZURNY_REDIS_URL"]) as redis:
            while True:
                with engine.connect() as connection:
                    arrived = connection.scalar(wanted)
                if arrived and not redis.exists(f"dyzurny:mail:{DEMO_PAGE}:{PSID}"):
                    break
                await asyncio.sleep(0.05)
    engine.dispose()


async def test_no_marker_outlives_its_day_outside_the_record(
    product: Product, shared_redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    await product.name(PSID, NAME, WORDS)
    for line in TALK:
        await product.say(PSID, line)
    file = {"attachment": {"type": "file", "url": "https://cdn.example/zaswiadczenie-lekarskie.pdf"}}
    await product.write(PSID, file)
    await product.write(PSID, f"{WORDS} na koniec")
    await _all_is_handled(product)
    rasa_logs = list(tmp_path_factory.getbasetemp().glob("rasa*/rasa.log"))
    assert rasa_logs, "the server's own log is looked at"
    for path in (product.log("web"), product.log("worker"), *rasa_logs):
        written = path.read_text(errors="replace")
        assert not marked(written, MARKERS + SECRETS), path.name
        # One form, whether we write or a library; in Rasa's process also what is no Python writes.
        ours = written.splitlines() if path not in rasa_logs else []
        assert [line for line in ours if not line.startswith("{")] == [], path.name
    for address in ("/metrics", "/readyz", f"/konsola/{WORDS}", f"/{WORDS}"):
        answer = await product.http.get(address)
        assert not marked(answer.text.replace(f"/{WORDS}", ""), MARKERS + SECRETS), address
    _look_through(product.env["DYZURNY_REDIS_URL"], lasting=False)
    _look_through(shared_redis_url.removesuffix("/0") + "/1", lasting=True)
    with create_engine(product.env["DYZURNY_DATABASE_URL"]).connect() as connection:
        where = {"id": f"{DEMO_PAGE}:{PSID}"}
        snapshot = connection.execute(text("SELECT state FROM conversations WHERE id = :id"), where).scalar()
        kept = connection.execute(text("SELECT group_concat(text) FROM messages WHERE conversation_id = :id"), where)
        assert WORDS in str(kept.scalar()), "the markers went all the way"
    connection.engine.dispose()
    assert not marked(str(snapshot), MARKERS)


def _look_through(url: str, *, lasting: bool) -> None:
    """Rasa's trackers hold words for their two hours; what has no end, or is ours, holds none."""
    with Redis.from_url(url) as redis:
        for key in redis.scan_iter("*"):
            ends = redis.ttl(key)
            if lasting and 0 < ends <= TRACKER_SECONDS:
                continue
            kept = (redis.dump(key) or b"").decode("utf-8", "replace")
            assert not marked(kept, MARKERS), f"{key!r} for {ends} s"
