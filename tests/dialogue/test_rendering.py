"""Texts become messages: Jinja2, the address markup, Messenger's form, and values that never meet the markup."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2.exceptions import SecurityError

from bot.dialogue.rendering import Listener, Renderer, load_texts, token_of
from bot.dialogue.saying import Option, Say
from bot.dialogue.texts import command_of
from bot.errors import ContentFault
from bot.language import Address

TEXTS = """
responses:
  utter_status:
    - text: "[Pana szkoda] {{ nr }} jest w toku. [Może Pan] przysłać {{ co }}."
  utter_variants:
    - text: "Pierwsza."
    - text: "Druga."
  utter_ask:
    - text: "Czy [może Pan] jechać?"
      buttons:
        - {title: "Tak", payload: "/potwierdzenie"}
        - {title: "Moje AC", payload: '/answer{"slot": "rola", "value": "ac"}'}
  utter_link:
    - text: "Mapa jest tutaj."
      buttons:
        - {title: "Otwórz", url: "https://przystan.example/mapa"}
  utter_cards:
    - text: "Najbliżej:"
      cards:
        each: placowki
        as: p
        title: "{{ p.nazwa }}"
        subtitle: "{{ p.adres }}"
        link: {title: "Mapa", url: "{{ p.mapa }}"}
  utter_summary:
    - text: "{% for wiersz in wiersze %}• {{ wiersz.label }}: {{ wiersz.value }}\\n{% endfor %}Zgadza się?"
fields:
  rola: {label: "naprawa z"}
  data_zdarzenia: {label: "data zdarzenia"}
options:
  rola:
    ac: {label: "własnego AC", przycisk: "Z mojego AC"}
slowa: {tak: "tak", nie: "nie"}
"""


@pytest.fixture
def renderer(tmp_path: Path) -> Renderer:
    folder = tmp_path / "locales" / "pl"
    folder.mkdir(parents=True)
    (folder / "texts.yml").write_text(TEXTS, encoding="utf-8")
    return Renderer(load_texts(tmp_path))


PANI = Listener(Address.PANI, "Anna")


def said(renderer: Renderer, say: Say, listener: Listener = PANI) -> list[str]:
    return [part.text for part in renderer.render(say, listener)]


def test_a_text_is_said_to_the_person_it_is_said_to(renderer: Renderer) -> None:
    say = Say("utter_status", {"nr": "SK/1", "co": "zdjęcia"})
    assert said(renderer, say) == ["Pani szkoda SK/1 jest w toku. Może Pani przysłać zdjęcia."]
    ty = Listener(Address.TY_M)
    assert said(renderer, say, ty) == ["Twoja szkoda SK/1 jest w toku. Możesz przysłać zdjęcia."]


@pytest.mark.parametrize("typed", ["[Pan]", "{{ nr }}", "[a|b", "a|b]", "]]", "\ue100", "%s"])
def test_what_a_customer_typed_is_never_read_as_markup(renderer: Renderer, typed: str) -> None:
    (text,) = said(renderer, Say("utter_status", {"nr": typed, "co": "x"}))
    assert text == f"Pani szkoda {typed} jest w toku. Może Pani przysłać x."


def test_variants_are_said_in_turn(renderer: Renderer) -> None:
    turns = [said(renderer, Say("utter_variants"), Listener(Address.PAN, None, n))[0] for n in range(4)]
    assert turns == ["Pierwsza.", "Druga.", "Pierwsza.", "Druga."]


def test_a_button_travels_as_a_token_that_stands_for_what_it_means(renderer: Renderer) -> None:
    option = Option({"kind": "control", "control": "wroc"}, title="Wróć")
    (part,) = renderer.render(Say("utter_ask", options=(option,)), PANI)
    replies = part.body["quick_replies"]
    assert [reply["title"] for reply in replies] == ["Tak", "Moje AC", "Wróć"]
    assert [part.commands[reply["payload"]] for reply in replies] == [
        {"kind": "intent", "intent": "potwierdzenie"},
        {"kind": "answer", "slot": "rola", "value": "ac"},
        {"kind": "control", "control": "wroc"},
    ]


def test_an_option_takes_its_title_from_the_texts(renderer: Renderer) -> None:
    option = Option({"kind": "answer", "slot": "rola", "value": "ac"}, title_key="options.rola.ac")
    (part,) = renderer.render(Say("utter_variants", options=(option,)), PANI)
    assert part.body["quick_replies"][0]["title"] == "Z mojego AC"


def test_the_same_command_has_the_same_token_whatever_the_order_of_its_keys() -> None:
    assert token_of({"kind": "answer", "slot": "a"}) == token_of({"slot": "a", "kind": "answer"})
    assert token_of({"kind": "answer", "slot": "a"}) != token_of({"kind": "answer", "slot": "b"})


def test_a_link_makes_a_button_template(renderer: Renderer) -> None:
    (part,) = renderer.render(Say("utter_link"), PANI)
    payload = part.body["attachment"]["payload"]
    assert payload["text"] == "Mapa jest tutaj."
    assert payload["buttons"] == [{"type": "web_url", "title": "Otwórz", "url": "https://przystan.example/mapa"}]


def test_cards_are_made_of_a_list_of_values(renderer: Renderer) -> None:
    places = [{"nazwa": f"Oddział {n}", "adres": f"Prosta {n}", "mapa": f"https://mapa.example/{n}"} for n in (1, 2)]
    text, cards = renderer.render(Say("utter_cards", {"placowki": places}), PANI)
    assert text.text == "Najbliżej:"
    assert [element["title"] for element in cards.body["attachment"]["payload"]["elements"]] == [
        "Oddział 1",
        "Oddział 2",
    ]


def test_a_summary_shows_answers_in_words(renderer: Renderer) -> None:
    rows = [
        {"slot": "rola", "type": "wybor", "value": "ac"},
        {"slot": "data_zdarzenia", "type": "data", "value": "2026-11-03"},
    ]
    (text,) = said(renderer, Say("utter_summary", {"wiersze": rows}))
    assert text.splitlines()[:2] == ["• naprawa z: własnego AC", "• data zdarzenia: 3\u00a0listopada 2026\u00a0r."]


def test_a_long_text_is_split_and_its_buttons_stand_under_the_last_part(renderer: Renderer) -> None:
    long = "To jest zdanie o szkodzie. " * 150
    option = Option({"kind": "control", "control": "wroc"}, title="Wróć")
    parts = renderer.render(Say("utter_status", {"nr": "1", "co": long}, options=(option,)), PANI)
    assert len(parts) > 1
    assert all(len(part.text) < 2000 for part in parts)
    assert ["quick_replies" in part.body for part in parts] == [False] * (len(parts) - 1) + [True]


def test_a_missing_text_or_value_is_a_fault_of_the_content(renderer: Renderer) -> None:
    with pytest.raises(ContentFault):
        renderer.render(Say("utter_unknown"), PANI)
    with pytest.raises(ContentFault):
        renderer.render(Say("utter_status", {"nr": "1"}), PANI)


@pytest.mark.parametrize(
    ("payload", "command"),
    [
        ("/faq/infolinia", {"kind": "intent", "intent": "faq/infolinia"}),
        ('/answer{"slot": "a", "value": true}', {"kind": "answer", "slot": "a", "value": True}),
        ('/control{"control": "wroc"}', {"kind": "control", "control": "wroc"}),
    ],
)
def test_payloads_in_texts_say_what_a_tap_means(payload: str, command: dict[str, object]) -> None:
    assert command_of(payload) == command


@pytest.mark.parametrize(
    "text",
    [
        "{{ cycler.__init__.__globals__.os.getcwd() }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ nr|attr('__class__') }}",
        "{{ wiersze.append(1) }}",
        "{{ '{0.__class__}'.format(nr) }}",
    ],
)
def test_a_text_is_no_program_whoever_wrote_it(renderer: Renderer, text: str) -> None:
    with pytest.raises(ContentFault) as fault:
        renderer.preview(text, {"nr": "SZK 1", "wiersze": []}, PANI)
    assert isinstance(fault.value.__cause__, SecurityError)
