"""What is said on leaving, on coming back and in threats, and what only sounds like it."""

from __future__ import annotations

import pytest

from bot.dialogue.engine.leaving import parts, resumes, says_later, threatens

LATER = [
    "dokończę później",
    "dokończę to wieczorem",
    "wrócę do tego jutro",
    "muszę kończyć, odezwę się potem",
    "nie mam teraz czasu",
    "teraz nie mogę",
    "później dokończymy",
    "jutro dokończę, ok?",
    "sorki muszę lecieć",
    "czy mogę dokończyć później?",
    "mogę to zrobić jutro?",
    "ok, dokoncze w domu",
    "przepraszam, nie mogę teraz rozmawiać",
    "zrobię to później",
    "uzupełnię jutro",
    "dopiszę resztę po pracy",
    "jak wrócę do domu to dokończę",
    "za godzinę wrócę do rozmowy",
    "dobra, na razie tyle, resztę jutro",
    "muszę iść do pracy, dokończymy potem",
]
NOT_LATER = [
    "teraz nie mogę jechać",
    "później wysłałem zdjęcia",
    "nie mam czasu czekać na lawetę",
    "jutro po 16",
    "wieczorem",
    "nie pamiętam",
    "wczoraj wieczorem wróciłem do domu i zobaczyłem rysę",
    "nie mogę znaleźć numeru",
    "zadzwońcie później",
    "zdjęcia wyślę później",
    "potem",
]
BACK = [
    "wracam",
    "możemy dokończyć",
    "dokończmy zgłoszenie",
    "jestem z powrotem, kontynuujmy",
    "chcę dokończyć zgłoszenie",
    "wracam do zgłoszenia",
    "hej, chciałbym dokończyć",
    "ok już jestem",
    "dalej",
    "wróćmy do zgłoszenia",
    "kontynuujemy",
    "możemy wrócić do tej szkody?",
]
NOT_BACK = [
    "jaki jest numer infolinii",
    "wracam z pracy o 17 i chcę zgłosić nową szkodę w domu",
]
THREATS = [
    "idę z tym do Rzecznika Finansowego",
    "zgłoszę was do KNF",
    "zobaczymy się w sądzie",
    "opiszę to w gazecie",
    "dzwonię do TVN",
    "mój prawnik się z wami skontaktuje",
    "UOKiK się o tym dowie",
    "napiszę do Uwagi TVN",
    "pójdę z tym do mediów",
    "złożę skargę do rzecznika",
    "biorę adwokata",
    "oddajcie pieniądze albo pozew",
]
NO_THREATS = [
    "na Sądowej 5",
    "w okolicach sądu",
    "pod sądem rejonowym",
    "moja żona jest prawnikiem",
    "Warszawa, ul. Dziennikarska 3",
    "przy redakcji Gazety Wyborczej",
    "chcę złożyć reklamację",
    "na parkingu przy prokuraturze",
]


@pytest.mark.parametrize("text", LATER)
def test_whoever_has_no_time_now_is_heard(text: str) -> None:
    assert says_later(text)


@pytest.mark.parametrize("text", NOT_LATER)
def test_an_answer_with_a_time_in_it_is_no_leaving(text: str) -> None:
    assert not says_later(text)


@pytest.mark.parametrize("text", BACK)
def test_whoever_is_back_is_heard(text: str) -> None:
    assert resumes(text)


@pytest.mark.parametrize("text", NOT_BACK)
def test_another_matter_is_no_coming_back(text: str) -> None:
    assert not resumes(text)


@pytest.mark.parametrize("text", THREATS)
def test_a_threat_is_heard(text: str) -> None:
    assert threatens(text)


@pytest.mark.parametrize("text", NO_THREATS)
def test_a_place_a_person_or_a_wish_is_no_threat(text: str) -> None:
    assert not threatens(text)


@pytest.mark.parametrize(("text", "goodbye"), [("do widzenia", True), ("ok, pa", True), ("od poniedziałku", False)])
def test_goodbye_is_said_in_so_many_words(text: str, goodbye: bool) -> None:
    assert parts(text) is goodbye
