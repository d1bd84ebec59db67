"""What the checks say to editors and agents, in Polish; never a sentence for customers."""

from __future__ import annotations

UNCLOSED = ("nawias nie jest zamknięty.", "Dopisz „]” albo, jeśli nawias ma zostać w tekście, napisz „\\[”.")
STRAY_CLOSE = ("nawias „]” nie ma pary.", "Usuń go albo, jeśli ma zostać w tekście, napisz „\\]”.")
NESTED = ("nawias w nawiasie.", "Zamknij pierwszy nawias, zanim otworzysz drugi.")
EMPTY = ("pusty nawias.", "Usuń go albo wpisz słowo, które ma się odmieniać.")
ALTERNATIVES = (
    "nie ta liczba form.",
    "Podaj cztery: [Pan|Pani|Państwo|ty], pięć: [Pan|Pani|Państwo|ty do mężczyzny|ty do kobiety], sześć: "
    "jak pięć i forma „ty”, gdy płci nie znamy, albo [forma dla Pana||neutralna forma „ty”].",
)
NO_WORD = (
    "nie ma tu słowa, które zależy od adresata.",
    "Usuń nawias albo podaj formy: [dla Pana|dla Pani|dla Państwa|dla ty].",
)
UNKNOWN = ("nie ma takiego słowa w słowniku.", "Popraw pisownię albo podaj formy: [Pan|Pani|Państwo|ty].")
LOWER_PAN = ("forma grzecznościowa małą literą.", "Napisz „Pan” wielką literą.")
NOT_PAN = (
    "tekst pisze się raz, jak do jednego mężczyzny.",
    "Napisz formę dla Pana, na przykład [Pan], [Pana], [zgłosił Pan].",
)
NOT_MASCULINE = (
    "to nie jest forma dla Pana (trzecia osoba, rodzaj męski).",
    "Napisz ją jak do jednego mężczyzny, na przykład [zgłosił], [może], [pewien].",
)
WRONG_CASE = (
    "to słowo nie ma takiego przypadka.",
    "Litery przypadków: M, D, C, B, N, Ms, W. Sprawdź literę po dwukropku.",
)
AFTER_PREPOSITION = (
    "ten przypadek nie pasuje do przyimka przed nawiasem.",
    "Popraw formę albo literę przypadka, na przykład: przez [Pana:B], o [Panu:Ms].",
)
PHRASE_AMBIGUOUS = (
    "nie wiadomo, który to przypadek i liczba.",
    "Dopisz literę przypadka po rzeczowniku, na przykład [Pana szkody:D] albo [Pana szkody:M].",
)
PHRASE_UNKNOWN = (
    "nie wiadomo, czego dotyczy „Pana”.",
    "Podaj formy: [Pana …|Pani …|Państwa …|Twój …].",
)
PHRASE_SUBJECT = (
    "podmiotem nie jest tu adresat, tylko rzecz.",
    "Zamknij nawias zaraz po rzeczowniku: [Pana polisa] jest ważna.",
)
OBJECT_AND_VERB = (
    "nie wiadomo, czy czasownik odnosi się do adresata.",
    "Weź w nawias sam zaimek: interesuje [Pana:B] oferta.",
)
SECOND_VERB = (
    "w nawiasie są dwa czasowniki i nie wiadomo, czyj jest drugi.",
    "Zamknij nawias przed drugim czasownikiem, a jeśli też dotyczy adresata, weź go w osobny nawias.",
)
NOUN_OF_PERSON = (
    "rzeczownik nazywający osobę zależy od płci i liczby.",
    "Podaj formy, na przykład [jest Pan posiadaczem|jest Pani posiadaczką|są Państwo posiadaczami|"
    "jesteś posiadaczem|jesteś posiadaczką].",
)
OBLIQUE_ADJECTIVE = (
    "przymiotnik nie stoi w mianowniku.",
    "Podaj formy: [Pana samego|Pani samej|Państwa samych|Ciebie samego|Ciebie samej].",
)
NO_IMPERATIVE = (
    "od tego czasownika nie tworzy się zwykłego rozkaźnika.",
    "Napisz zdanie inaczej albo podaj formy: [Proszę …|Proszę …|Proszę …|…].",
)
INFINITIVE_AND_PRONOUN = (
    "nie wiadomo, czy bezokolicznik to polecenie dla adresata.",
    "Weź w nawias sam zaimek: przesłać [Panu] dokumenty.",
)
HOMONYM = (
    "słownik zna dwa takie słowa o różnej odmianie.",
    "Podaj formy: [Pan|Pani|Państwo|ty].",
)
GENDERED = (
    "w formie „ty” to słowo zależy od płci, a jej nie znamy.",
    "Podaj formę neutralną: [{word}||…] albo napisz zdanie bez rodzaju.",
)
NO_VOCATIVE = (
    "zwrot „Panie” nie ma odpowiednika przy „ty”.",
    "Podaj formy: [Szanowny Panie|Szanowna Pani|Szanowni Państwo|Cześć].",
)
NIECH = (
    "przy „ty” zamiast „niech” stoi rozkaźnik.",
    "Weź całość w jeden nawias: [Niech Pan poda] numer.",
)
NOUN_OUTSIDE = (
    "rzeczownik po „Pana” stoi poza nawiasem.",
    "Weź go do nawiasu: [Pana polisa]; jeśli „Pana” to dopełniacz zaimka, napisz [Pana:D].",
)
VERB_OUTSIDE = (
    "czasownik, którego podmiotem jest „Pan”, stoi poza nawiasem.",
    "Weź go w nawias: [Pan] [może], [może Pan].",
)
PREDICATE_OUTSIDE = (
    "przymiotnik lub imiesłów, który dotyczy adresata, stoi poza nawiasem.",
    "Weź go w nawias: [jest Pan pewien].",
)
GOVERNED_INFINITIVE = (
    "bezokolicznik zależy tu od innego słowa, więc nie zamienia się w rozkaźnik.",
    "Usuń nawias albo weź w nawias całe polecenie: [Proszę wpisać].",
)
NAME_IN_BRACKET = (
    "imię odmienia program.",
    "Napisz [, zwrot] albo [zwrot]: [zwrot], dziękujemy.",
)

PREDICATE_DOUBT = (
    "nie wiadomo, czy przymiotnik dotyczy adresata, czy rzeczy.",
    "Jeśli adresata, weź go w osobny nawias; jeśli rzeczy, zostaw go poza nawiasem.",
)

# Why the linter marks a word of a draft.
SAYS_TY = "Do tej osoby zwracamy się formalnie."
SAYS_PAN = "Do tej osoby zwracamy się na „ty”."
OTHER_PERSON = "Do tej osoby zwracamy się inaczej."
WRONG_GENDER = "Forma nie zgadza się z płcią lub liczbą adresata."
GENDER_UNKNOWN = "Nie znamy płci adresata, a ta forma ją zakłada."
CASUAL_GREETING = "Powitanie zbyt poufałe przy formie grzecznościowej."
