"""Whether somebody is hurt, whether it still burns: a no is read only where nothing else can be meant."""

from __future__ import annotations

import pytest

from tests.dialogue.engine.playing import ROOT, Player, compiled

HURT = [
    *("jestem", "ja", "jestem ranny", "tak, jestem ranna", "chyba tak", "niestety tak", "no niestety jest ranny"),
    *("nie oddycha", "kierowca nie daje znaku życia", "nie czuję nóg", "jestem w szpitalu", "boli mnie szyja"),
    *(
        "nie, ale boli mnie głowa",
        "karetka zabrała kierowcę",
        "zginął człowiek",
        "nikt nie zginął, ale żona jest ranna",
    ),
    *("są dwie osoby ranne, jedna nieprzytomna", "pasażer nie reaguje", "tak, żona"),
    *("nie reaguje", "nie rusza się", "nie odzywa się", "on nie wstaje", "nie ma z nim kontaktu", "nikt się nie rusza"),
    *("jedna osoba nie reaguje", "nie przeżył", "mąż zemdlał", "kierowca zakleszczony w aucie"),
]
UNHURT = [
    *("nie", "nieee", "nikt", "nie, dziękuję", "na szczęście nie", "nikomu nic się nie stało", "nic nam nie jest"),
    *("jestem cały", "jestem cała i zdrowa", "nikt, wszyscy cali", "jesteśmy cali", "bez rannych", "nie ma rannych"),
    *("wszystko w porządku", "ucierpiało tylko auto", "nie, jechałem sam", "nikt nie ucierpiał", "nic mi nie jest"),
]
UNSAID = [
    *(
        "nie wiem",
        "nie wiem, czy nikt nie jest ranny",
        "chyba nie",
        "raczej nie",
        "nie jestem pewien",
        "jeszcze nie wiem",
    ),
    *("nie wiem czy wszyscy cali", "chyba wszyscy cali", "wszyscy cali?", "nie sprawdzałem", "nikt poza kierowcą"),
    *(
        "nikt oprócz mnie",
        "nikt poważnie",
        "nie ma ofiar śmiertelnych",
        "nie wszyscy są cali",
        "nie każdy wyszedł cało",
    ),
    *(
        "nie czuję się dobrze",
        "nie jest dobrze",
        "nie ma rannych, ale karetka przyjechała",
        "ok",
        "niestety",
    ),
    *("nie, tylko zadrapania", "jestem poszkodowany", "jestem na miejscu", "jeździ", "👍"),
]
ON_FIRE = ["tak", "jeszcze nie ugasili", "nadal się pali", "nie mogę ugasić", "dalej się pali, nie wiem co robić"]
OUT = ["nie", "już nie", "już się nie pali", "ugaszony", "strażacy ugasili"]
UNKNOWN = ["nie wiem", "chyba nie", "raczej już nie", "straż nie przyjechała", "nie widzę"]


def said(text: str, intent: str | None, *before: str) -> Player:
    player = Player(flows=compiled(ROOT))
    for line in before:
        player.says(line, {"miałem pożar w domu": "zglos_szkode_mieszkaniowa"}.get(line, "zglos_szkode_komunikacyjna"))
    player.says(text, intent)
    return player


# The classifier knows a no from "nie oddycha" and anger from "jestem ranny".
@pytest.mark.parametrize("intent", [None, "potwierdzenie", "zaprzeczenie", "frustracja", "konsultant"])
@pytest.mark.parametrize("text", HURT)
def test_whoever_is_hurt_is_told_112_whatever_else_was_understood(text: str, intent: str | None) -> None:
    player = said(text, intent, "miałem stłuczkę")
    assert player.last is not None
    assert [say.say for say in player.last.says] == ["utter_dzwon_112"]


@pytest.mark.parametrize("text", UNHURT)
def test_a_plain_no_is_a_no(text: str) -> None:
    assert said(text, "zaprzeczenie", "miałem stłuczkę").fields["ranni"] is False


@pytest.mark.parametrize("intent", [None, "zaprzeczenie", "potwierdzenie"])
@pytest.mark.parametrize("text", UNSAID)
def test_what_is_no_sure_no_is_asked_again_and_never_taken(text: str, intent: str | None) -> None:
    player = said(text, intent, "miałem stłuczkę")
    assert "ranni" not in player.fields
    assert player.asked == "ranni"


@pytest.mark.parametrize(
    "text", ["nie wiem, czy nikt nie jest ranny", "stłuczka, chyba nikt nie ucierpiał", "auto nie reaguje na kluczyk"]
)
def test_a_doubt_in_the_first_message_answers_nothing(text: str) -> None:
    player = Player(flows=compiled(ROOT))
    player.says(text, "zglos_szkode_komunikacyjna")
    assert player.asked == "ranni"


def test_the_third_doubt_brings_a_person() -> None:
    player = said("chyba nie", None, "miałem stłuczkę")
    player.says("raczej nie")
    assert player.says("nie wiem")[-1] == "przekaz_konsultantowi"


@pytest.mark.parametrize(
    ("text", "value"),
    [*((text, True) for text in ON_FIRE), *((text, False) for text in OUT), *((text, None) for text in UNKNOWN)],
)
def test_a_fire_is_out_only_when_somebody_says_so(text: str, value: bool | None) -> None:
    player = said(text, "zaprzeczenie" if "nie" in text else None, "miałem pożar w domu")
    field = player.fields.get("trwa")
    burning = player.last is not None and [act.act for act in player.last.acts] == ["przekaz_pilnie"]
    assert (True if burning else field) == value


LATER = [
    "pasażer jednak nie oddycha",
    "nie reaguje",
    "mąż zemdlał",
    "jednak jest ranny kierowca",
    "żona straciła przytomność",
]
STEPS = ["z AC", "WX 12345", "wczoraj", "o 15", "w Krakowie przy Długiej 5", "ktoś wjechał mi w tył na światłach"]


@pytest.mark.parametrize("done", range(len(STEPS) + 1))
@pytest.mark.parametrize("text", LATER)
def test_whoever_is_hurt_after_all_is_told_112_whatever_is_being_asked(text: str, done: int) -> None:
    player = said(text, None, "miałem stłuczkę", "nikt nie jest ranny", *STEPS[:done])
    assert player.last is not None
    assert [say.say for say in player.last.says] == ["utter_dzwon_112"]
    assert [act.act for act in player.last.acts] == ["przekaz_konsultantowi"]


@pytest.mark.parametrize("text", ["a jeśli ktoś nie oddycha?", "nikt nie jest ranny", "auto nie reaguje na kluczyk"])
def test_what_is_no_danger_goes_on(text: str) -> None:
    player = said(text, None, "miałem stłuczkę", "nikt nie jest ranny")
    assert player.fields["ranni"] is False
    assert player.asked == "rola"


def test_the_story_in_which_somebody_is_hurt_is_kept_for_the_person_who_takes_over() -> None:
    player = said("uderzył we mnie, pasażer jest ranny", None, "miałem stłuczkę", "nikt nie jest ranny", *STEPS[:5])
    assert player.fields["opis_zdarzenia"] == "uderzył we mnie, pasażer jest ranny"


def test_a_fire_that_burns_again_is_an_emergency() -> None:
    player = said("znowu się pali", None, "miałem pożar w domu", "już się nie pali")
    assert player.last is not None
    assert [act.act for act in player.last.acts] == ["przekaz_pilnie"]
