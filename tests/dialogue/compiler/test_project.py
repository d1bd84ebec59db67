"""The compiled project and its number: what goes in, what changes it, and what does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.dialogue.compiler import build, content_hash
from bot.dialogue.compiler.build import ContentFaults
from bot.dialogue.compiler.project import endpoints
from bot.dialogue.engine.model import from_json
from bot.supervisor import rasa_server


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_the_project_has_every_file_that_rasa_wants(content: Path, tmp_path: Path) -> None:
    out = build(content, tmp_path / "build").folder
    names = {path.name for path in out.iterdir()}
    assert names == {"domain.yml", "rules.yml", "nlu", "config.yml", "flows.json"}
    assert [path.name for path in (out / "nlu").iterdir()] == ["przyklady.yml"]


def test_the_domain_knows_intents_slots_forms_and_questions(content: Path, tmp_path: Path) -> None:
    domain = read(build(content, tmp_path / "build").folder / "domain.yml")
    assert "faq/infolinia" in domain["intents"]
    assert domain["forms"]["kontakt_form"] == {"required_slots": ["telefon", "godzina"]}
    assert {"telefon", "nr_sprawy", "dyzurny_state"} <= set(domain["slots"])
    assert {"utter_ask_telefon", "utter_lampa_przyjeta", "utter_faq_infolinia"} <= set(domain["responses"])
    assert domain["session_config"]["session_expiration_time"] == 0


def test_there_is_a_rule_for_each_question_and_each_start(content: Path, tmp_path: Path) -> None:
    rules = read(build(content, tmp_path / "build").folder / "rules.yml")["rules"]
    names = [rule["rule"] for rule in rules]
    assert {"faq/infolinia", "faq/koszt", "lampa: początek (zglos_lampe)", "kontakt: koniec"} <= set(names)


def test_the_policy_is_the_only_one_and_knows_its_flows(content: Path, tmp_path: Path) -> None:
    result = build(content, tmp_path / "build")
    (policy,) = read(result.folder / "config.yml")["policies"]
    assert policy["content"] == result.hash
    flows = from_json(json.loads(Path(policy["flows"]).read_text(encoding="utf-8")))
    assert set(flows.flows) == {"lampa", "kontakt"}
    assert flows.hash == result.hash


def test_a_server_keeps_its_trackers_in_the_given_redis(tmp_path: Path) -> None:
    assert endpoints(None, 0) == {"nlg": {"type": "bot.rasa_parts.nlg.SayNlg"}}
    rasa_server.write_configuration(tmp_path, "redis://u:p%40@h:1/2")
    stores = read(tmp_path / "endpoints.yml")
    assert stores["tracker_store"]["record_exp"] == rasa_server.TRACKER_SECONDS
    assert (stores["lock_store"]["url"], stores["lock_store"]["db"], stores["lock_store"]["password"]) == ("h", 2, "p@")


def test_faulty_content_is_refused_and_the_last_project_stays(content: Path, tmp_path: Path) -> None:
    out = build(content, tmp_path / "build").folder
    before = (out / "flows.json").read_bytes()
    flow = content / "flows" / "lampa.yml"
    flow.write_text(flow.read_text(encoding="utf-8").replace("type: data", "type: dzień"), encoding="utf-8")
    with pytest.raises(ContentFaults) as refused:
        build(content, out)
    assert [fault.file for fault in refused.value.faults] == ["flows/lampa.yml"]
    assert (out / "flows.json").read_bytes() == before


def test_a_nested_step_comes_into_the_flat_list_with_its_way_out(content: Path, tmp_path: Path) -> None:
    raw = json.loads((build(content, tmp_path / "build").folder / "flows.json").read_text(encoding="utf-8"))
    steps = {step["id"]: step for step in raw["flows"]["lampa"]["steps"]}
    assert steps["iskrzy"]["next"] == [{"to": "utter_odsun_sie", "if": "slots.iskrzy"}, {"to": "od_kiedy"}]
    assert steps["utter_odsun_sie"]["next"] == [{"to": "przekaz_konsultantowi"}]
    assert steps["przekaz_konsultantowi"]["next"] == [{"to": "END"}]


@pytest.mark.parametrize(
    ("file", "old", "new", "changes"),
    [
        ("flows/lampa.yml", "optional: true", "optional: false", True),
        ("nlu_data/przyklady.yml", "nie świeci lampa", "lampa nie świeci wcale", True),
        ("nlu_data/config.yml", "max_ngram: 4", "max_ngram: 5", True),
        ("locales/pl/teksty.yml", "utter_ask_again_opis", "utter_ask_again_telefon", True),
        ("locales/pl/pola.yml", "elewacja", "ściana domu", True),
        ("locales/pl/teksty.yml", "text: lampa przyjeta", "text: inna treść", False),
    ],
)
def test_the_number_changes_with_what_the_model_is_made_of(
    content: Path, file: str, old: str, new: str, changes: bool
) -> None:
    before = content_hash(content)
    text = (content / file).read_text(encoding="utf-8")
    assert old in text
    (content / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    assert (content_hash(content) != before) is changes
