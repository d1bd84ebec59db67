"""Polish words of the calendar, folded and inflected; knows no grammar of dates."""

from __future__ import annotations

from .folding import word_set
from .numerals import CARDINALS, ORDINALS
from .typos import Vocabulary


def _by_form(forms: dict[int, str]) -> dict[str, int]:
    return {word: value for value, words in forms.items() for word in words.split()}


MONTHS = _by_form(
    {
        1: "styczen stycznia styczniu styczniem sty stycz",
        2: "luty lutego lutym lut",
        3: "marzec marca marcu marcem mar",
        4: "kwiecien kwietnia kwietniu kwietniem kwi kwiet",
        5: "maj maja maju majem",
        6: "czerwiec czerwca czerwcu czerwcem cze czer czerw",
        7: "lipiec lipca lipcu lipcem lip",
        8: "sierpien sierpnia sierpniu sierpniem sie sierp",
        9: "wrzesien wrzesnia wrzesniu wrzesniem wrz wrzes",
        10: "pazdziernik pazdziernika pazdzierniku pazdziernikiem paz pazdz",
        11: "listopad listopada listopadzie listopadem lis list listop",
        12: "grudzien grudnia grudniu grudniem gru grud grudz",
    }
)
ROMAN = {
    name: n
    for n, name in enumerate(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"], start=1)
}

WEEKDAYS = _by_form(
    {
        0: "poniedzialek poniedzialku poniedzialkiem pon pn pnd ponedzialek",
        1: "wtorek wtorku wtorkiem wt wto",
        2: "sroda srode srody sroda srodzie sr",
        3: "czwartek czwartku czwartkiem czw czwart",
        4: "piatek piatku piatkiem pt pia",
        5: "sobota sobote soboty sobocie sob sb",
        6: "niedziela niedziele niedzieli niedz nd ndz nied",
    }
)
SHORT_WEEKDAYS = word_set("pon pn pnd wt wto sr czw czwart pt pia sob sb nd ndz niedz nied")

RELATIVE_DAYS = _by_form(
    {
        0: "dzis dzisiaj dzisiejszy dzisiejsza dzisiejszego dzisiejszej dzisiejszym dziisaj dzisja",
        -1: "wczoraj wczorajszy wczorajsza wczorajszego wczorajszej wczorajszym wczor wczraj wczroaj wczorj",
        -2: "przedwczoraj przedwczorajszy przedwczorajszego przedwczorajszym przedwczorajszej przedwczor",
        1: "jutro jutrzejszy jutrzejszego",
        2: "pojutrze",
    }
)
UNIT_DAYS = _by_form(
    {
        1: "dzien dnia dni dniami dniem dniach dzionek doba doby dob",
        7: "tydzien tygodnia tygodnie tygodni tygodniem tygodniami tyg tydz tygodniu",
    }
)
UNIT_MONTHS = _by_form(
    {
        1: "miesiac miesiaca miesiace miesiecy miesiacem miesiacami mies msc mc m-c",
        12: "rok roku lata lat rokiem latami",
    }
)
PLURAL_UNITS = word_set("dni dniami tygodni tygodnie tygodniami miesiecy miesiace miesiacami lat lata latami")
UNIT_MINUTES = _by_form(
    {1: "minuta minute minuty minut minutami min", 60: "godzina godzine godziny godzin godzinami godz h"}
)
LAST = word_set(
    "zeszly zeszla zeszle zeszlego zeszlej zeszlym ubiegly ubiegla ubiegle ubieglego ubieglej ubieglym "
    "miniony miniona minione minionego minionej minionym ostatni ostatnia ostatnie ostatniego ostatniej "
    "ostatnim poprzedni poprzednia poprzednie poprzedniego poprzedniej poprzednim zeszlo"
)
THIS = word_set("ten ta te tego tej tym biezacy biezacego biezacej biezacym obecnego obecnym")
NEXT = word_set(
    "przyszly przyszla przyszle przyszlego przyszlej przyszlym nastepny nastepna nastepne nastepnego "
    "nastepnej nastepnym najblizszy najblizsza najblizsze najblizszego najblizszej najblizszym kolejny "
    "kolejna kolejnego"
)
VAGUE = word_set(
    "niedawno ostatnio dawno kiedys wiosna wiosne latem lecie lato lata jesienia jesien zima zime wakacje "
    "wakacjach wakacji weekend weekendzie weekendu majowka majowke majowki swieta swietach swiat ferie ferii "
    "feriach kilka kilku pare paru kilkanascie kilkunastu urlopu urlopie jakis"
)
APPROXIMATELY = word_set(
    "okolo ok kolo jakies jakis ze z gdzies jakos mniej wiecej circa plus minus ponad prawie blisko przeszlo "
    "niecaly niecale niecala niespelna"
)

FIXED_FEASTS = {
    "wigilia": (12, 24),
    "wigilie": (12, 24),
    "wigilii": (12, 24),
    "sylwestra": (12, 31),
    "sylwester": (12, 31),
    "sylwestrowa": (12, 31),
    "walentynki": (2, 14),
    "mikolajki": (12, 6),
}
FEASTS_OF_WORDS = {
    ("nowy", "rok"): (1, 1),
    ("trzech", "kroli"): (1, 6),
    ("wszystkich", "swietych"): (11, 1),
    ("boze", "narodzenie"): (12, 25),
    ("swieto", "niepodleglosci"): (11, 11),
    ("dzien", "kobiet"): (3, 8),
    ("prima", "aprilis"): (4, 1),
}

_NOT_SLIPS = word_set(
    "srodek srodku srodka srodki zrode sobot marka marke marki marek barca kwiatka kwietny listopad listonosz "
    "lipowa lipowej majac grudka czwarta czwartej czwarty czwarte piata piatej piaty piatka sredni sroga "
    "sluza wtorem niedziel dniowka minut minuta godzina sierpem sierpa sobote sobie dnia dzieci dzien "
    "czerwony czerwona czerwonej czerwone czerwono styczna wiesnia lutowego marzenie listwa listwe listy "
    "liste listu maska maske maski marcin marcina"
)
_EXACT_ONLY = frozenset({"wiosna", "wiosne", "latem", "lecie", "jesien"})
VOCABULARY = Vocabulary(
    (word for words in (MONTHS, WEEKDAYS, RELATIVE_DAYS, UNIT_DAYS, UNIT_MONTHS, LAST) for word in words),
    (*_NOT_SLIPS, *CARDINALS, *ORDINALS, *NEXT, *THIS, *VAGUE, *_EXACT_ONLY),
)


def meant(word: str, meanings: dict[str, int]) -> int | None:
    """What a word means among `meanings`, one slip allowed; None for any other word."""
    if word in meanings:
        return meanings[word]
    values = {meanings.get(near) for near in VOCABULARY.nearest(word)}
    return values.pop() if len(values) == 1 else None


def is_last(word: str) -> bool:
    """ "zeszły" and its kin, one slip allowed."""
    return word in LAST or any(near in LAST for near in VOCABULARY.nearest(word))
