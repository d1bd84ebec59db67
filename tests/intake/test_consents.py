"""Who agreed to what, when and in which words: on record, without any of the customer's own."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from bot.dialogue.rendering import environment
from bot.dialogue.texts import Texts
from bot.dialogue.turns import Act, Turn
from bot.intake import consents
from bot.store import Database
from bot.store.schema import audit


def texts(root: Path, wording: str) -> Texts:
    folder = root / "locales" / "pl"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "zgoda.yml").write_text(f"responses:\n  utter_ask_zgoda: [{{text: '{wording}'}}]\n", encoding="utf-8")
    return Texts(root, environment())


def turn(**answer: bool) -> Turn:
    acts = [Act("przekaz_konsultantowi", {"reason": "x"}, "t/0")]
    acts.append(Act("zapisz_zgode", {"zgoda": "zgoda", "flow": "uraz", **answer}, "t/1"))
    return Turn(acts=acts, state={"flows": "e5"})


async def test_every_answer_is_on_record_with_its_time_and_the_wording_it_was_given_to(
    database: Database, tmp_path: Path
) -> None:
    old, new = texts(tmp_path, "Zgoda na pytania o zdrowie?"), texts(tmp_path, "Zgoda na wszystko?")
    answers = [(old, {"udzielona": True}), (new, {"udzielona": False}), (new, {"udzielona": False, "wycofana": True})]
    for at, (read, answer) in enumerate(answers):
        await database.run(
            lambda tx, read=read, answer=answer, at=at: consents.keep(  # type: ignore[misc]
                tx, "100:7", turn(**answer), lambda *_: read, at
            )
        )
    rows = await database.read(lambda tx: tx.execute(select(audit).order_by(audit.c.id)).all())
    assert [(row.at, row.who, row.what, row.subject) for row in rows] == [
        (0, "customer", "consent_given", "100:7"),
        (1, "customer", "consent_refused", "100:7"),
        (2, "customer", "consent_withdrawn", "100:7"),
    ]
    first, second, third = (row.details for row in rows)
    assert (first["consent"], first["flow"], first["text"], first["edition"]) == (
        "zgoda",
        "uraz",
        "utter_ask_zgoda",
        "e5",
    )
    assert first["wording"] != second["wording"] == third["wording"]
