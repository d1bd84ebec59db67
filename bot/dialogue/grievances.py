"""Whether a message is a complaint that does not call itself one, of what kinds, and which department it concerns.

Bitter questions, sarcastic thanks, threats to go to a regulator, the press or a court, and plain accounts of a wrong.
Patterns over folded text know the plain ones with their kinds; of the rest, what was learned from examples says
whether it sounds like a complaint (learned_score.py). A grievance against a neighbour or another insurer is none of
ours. Figures: tests/dialogue/test_grievances.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property, lru_cache

from bot.dialogue.engine.foreign import is_foreign
from bot.dialogue.learned_score import Score
from bot.language.diacritics import plain

DEFAULT_DEPARTMENT = "reklamacje"
_SOUND = Score("skargi")
# Above it a message complains; see tests/dialogue/test_grievances.py for what lies on either side.
COMPLAINING = -1.0
# Thanks are mostly meant.
PRAISING = -0.7
# "Nikt", "od poniedziałku": in so few words people answer questions.
WORDS, CURT = 4, 0.5
# Longer ones are descriptions; what is bitter stands in their beginning or end as well.
READ = 1_200


class Kind(str, Enum):  # noqa: UP042 – loaded by the Python of Rasa as well
    """Named for people in `handoff/console/words.py`."""

    REGULATOR = "urzad"
    PRESS = "prasa"
    COURT = "sad"
    SARCASM = "sarkazm"
    BITTERNESS = "gorycz"
    WRONG = "zastrzezenie"
    LEAVING = "odejscie"

    @property
    def is_threat(self) -> bool:
        """Announces steps outside the company: a person must see it, whatever else is going on."""
        return self in (Kind.REGULATOR, Kind.PRESS, Kind.COURT)


@dataclass(frozen=True, slots=True)
class Grievance:
    kinds: frozenset[Kind]
    department: str

    @property
    def is_threat(self) -> bool:
        return any(kind.is_threat for kind in self.kinds)


class AnyOf:
    """Any of the patterns; compiled when first looked for, which is later than a process starts."""

    def __init__(self, *patterns: str) -> None:
        self.pattern = "|".join(patterns)

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    def search(self, said: str) -> re.Match[str] | None:
        return self._compiled.search(said)


_SPAN = r"(?:tydzien|tygodni\w*|miesi\w+|lat\w*|rok\w*|dni|dniach|godzin\w*|kwartal\w*)"
_MANY = (
    r"(?:\d+|dwa|dwoch|dwie|trzy|trzech|cztery|piec|szesc|pol|kilka|drugi|trzeci|czwarty|piaty|kolejn\w+|nastepn\w+)"
)
_AGAIN = r"(?:drugi|trzeci|czwarty|piaty|szosty|dziesiaty|kolejny|enty|\d+\.?)\s+raz"
# An authority alone may be asked about; see _NEUTRAL.
_REGULATORS = AnyOf(
    r"\brzeczni\w+\s+(?:finansow|konsument|ubezpieczon|praw)",
    r"\bknf\b|\bknf-?\w+|\bkomisj\w+ nadzoru",
    r"\buokik\w*|\burz\w+ ochrony (?:konkurencji|konsument|danych)",
    r"\bfederacj\w+ konsument|\buodo\b",
    r"\brzecznik\w* (?:was|sie wami|wam)\b|\b(?:do|od|przez|u) rzecznika\b(?! pras)",
    r"\bnadzor\w* finans|\bdo nadzoru\b",
)
_PRESS = AnyOf(
    r"\bdo (?:medi\w+|pras\w+|gazet\w*|telewizji|tv\b|dziennikarz\w*)",
    r"\bdziennikarz\w*|\bredakcj\w+ \w+ ?(?:portalu|gazety)|\bgazec\w+.{0,40}\b(?:napisz|opisz|opowiem)\w*",
    r"\bdo reportera",
    r"\buwag\w* tvn|\bdo uwagi\b|\binterwencj\w+ (?:polsat|tvn|telewiz)|\bsprawa dla reportera",
    r"\bwykop\w*|\btik ?tok\w*|\bnagram\b.*\b(?:was|film)|\bopisz\w+.{0,40}\b(?:facebook|fb|internec|sieci|grup)",
    r"\bwystawi\w*.{0,25}\bopini|\bopini\w+ (?:w|na) (?:google|internec|facebook|necie|sieci)",
    r"\bw (?:internecie|necie|sieci).{0,30}\b(?:dowie|wiedz|poczyta|przeczyta)",
    r"\breportaz\w*|\b(?:do|w) (?:tvn|tvp|polsa)\w*|\bmedia .{0,15}\b(?:lubi|kocha|chetn)\w*|\brecenzj\w+",
    r"\bgazet\w+.{0,30}\b(?:prosi|pyta|napis|opisz|chetn)\w*|\bjedna gwiazdk|\bdo (?:internetu|sieci|radia|redakcji)\b",
    r"\b(?:zobacz|przeczyt|dowie|poczyta)\w*.{0,40}\b(?:fejs|facebook|fb|internec|sieci|grup|wykop|gazec)\w*",
    r"\b(?:screen|zrzut|skan|nagrani)\w*.{0,25}\bna (?:grup|fejs|facebook|fb|insta|forum)\w*",
    r"\bdo zobaczenia w (?:telewizji|uwadze|interwencji|gazecie)|\bnaglosni(?:e|my)\b",
)
_COURT = AnyOf(
    r"\bdo sadu\b|\bw sadzie\b|\bna sali\b|\bpozew\b(?! o (?:rozwod|alimen|rozwiaz))|\bpozw(?:e|y|iemy|em)\b",
    r"\bna droge sadow|\bprzed sadem\b|\bprzed sedzi\w+|\bkomornik\w*",
    r"\b(?:przekaz|zleci|oddal|skierow)\w+.{0,30}\b(?:kancelari|adwokat|prawnik|mecenas)\w*",
    r"\b(?:moj\w*|od|z|wynaj\w+|wzi\w+|do|przez)\s+(?:\w+\s+)?(?:prawnik|adwokat|radc\w+ prawn|mecenas|kancelari)",
    r"\bkancelari\w+ odszkodowawcz",
    r"\bwezwanie do zaplaty.{0,25}\b(?:prawnik|kancelar|wysl|wysyl|dostaniecie|szykuj)|\bdo prokuratury",
    r"\b(?:zglosz\w+|zglas\w+|skladam|ide|pojde) .{0,20}(?:na|do) policj[eai]\b|\bdroga sadow",
)
_NEUTRAL = AnyOf(
    r"\b(?:numer|nr|zezwoleni\w*|licencj\w*|adres|rejestr\w*)\b.{0,20}\b(?:knf|rzecznik|uokik|komisj)",
    r"\bjestem (?:dziennikar|radc|adwokat|prawnik)|\bbiur\w+ prasow|\breklam[eay]\b",
    r"\bochron\w+ prawn|\bkoszt\w* (?:adwokat|sadow|prawn)|\bmandat|\bnotatk\w+",
    r"\b(?:na|o|do|termin\w*) rozpraw[aye]\b|\brozprawe w sadzie|\bsad (?:przyznal|zazadal)|\bpismo z sadu|\bwyrok\w*",
    r"\b(?:prawni\w+|adwokat\w*|kancelari\w+|mecenas) (?:pyta|prosi|przygotowal|potrzebuje)\w*|\bjako swiadek",
    r"\bpodleg\w+.{0,30}(?:knf|komisj|nadzor)|\b(?:knf|uokik|rzeczni\w+).{0,30}(?:zajmuje|pomaga|czym|ostrzega\w*)\b",
    r"\bnadzoruje|\bna stronie (?:knf|uokik|rzecznik)|\b(?:spelnia|wymog|wytyczn)\w*.{0,40}(?:knf|uokik|komisj)",
    r"\bprac\w+ (?:w|dla) .{0,25}(?:knf|uokik|komisj|rzeczni|sadzi|prokurat|redakcj|kancelari)|\brzeczni\w+ prasow",
    r"\b(?:zaswiadcz|potwierdz)\w*.{0,40}\bdo sadu",
    r"\bubezpieczyc kancel",
    r"\bdo formularza|\bjak (?:napisac|zlozyc|wyglada|sie pisze) pozew|\bnumer (?:na|do) policj",
)
_PRAISE = AnyOf(
    r"\bdzie(?:kuj\w*|ki)\b|\bbrawo\b|\bgratul\w+|\bswietn\w+|\bsuper\b|\bwspanial\w+|\brewelac\w+|\bekstra\b",
    r"\bcudown\w*|\bbosk\w*\b|\bpieknie\b|\bfajn\w+|\bimponuj\w+|\bpodziwiam|\bpod wrazeniem|\bmilo,? ze\b",
    r"\bmedal\w* dla\b",
    r"\boczywiscie\b|\bjasne\b|\bpogratulowac|\bklas[ay] sama|\bbomba\b|\bgenialn\w+|\bprofesjonal\w+|\bpozdrawiam\b",
)
_BELIED = AnyOf(
    rf"(?<!\bpo )\b{_MANY}\s+(?:\w+\s+)?{_SPAN}|\bkolejn\w+|\bznowu\b|\bznow\b|\bpo raz\b|\bte same\b|\bt[eo]n sam\b",
    r"\bto samo\b",
    r"\bnikt\b|\bzadn\w+|\bwcale\b|\bza nic\b",
    r"\bbez (?:pieniedzy|auta|samochodu|slowa|odpowiedzi|ogrzewania|pradu|wody)\b",
    r"\bodmow\w*|\bzgubi\w*|\bzignorow\w*|\bignorow\w*|\bpodn(?:ies|os)\w+.{0,25}skladk",
    r"\bskladk\w+.{0,15}podn(?:ies|os)",
    r"\bminut\b|\bautomat\w* zamiast|\bnie (?:lubi|odbiera\w*|odpisuj\w*|odpowiada\w*|umie\w*|wysiadl|raczyl)",
    r"\bpsuje|\braczyl\w*|\blaskaw\w*|\bzart\b|\brozebran\w+|\bwolno\b.{0,20}wypla|\bwypla\w+.{0,10}\bwoln|\bzl za\b",
    r"\bnawet nie\b|\bmoja wina\b|\bpowod\w* odmow|\bzostawiliscie\b|\bprocedujecie|\btroska o klienta",
    r"\bw trosce o\b",
    r"\bczyli wcale|\bwycen\w+.{0,15}wymyslil|\bwymyslil\w*.{0,15}(?:wycen|regul|procedur)|\btyle czasu\b",
)
_BITTER = AnyOf(
    r"\bile jeszcze (?:mam|mozna|bede|bedziecie|trzeba|to|razy|czeka)|\bile(?:z)? mozna\b",
    r"\bile razy (?:mam|trzeba|jeszcze|musze)",
    r"\bjak dlugo jeszcze\b|\bdo emerytury\b|\bdo (?:usranej )?smierci\b|\bdoczekam sie\b|\bdoczekac sie\b",
    r"\bktokolwiek\b|\bw ogole (?:ktos|czyta\w*|pracuj\w*|cos|kogos)|\bczy wy (?:w ogole|tam|naprawde)",
    r"\bza co (?:ja |wam |my )*plac\w*.{0,60}\b(?:skoro|jak|jesli)\b|\bza co wlasciwie|\bwam plac\w+ za co",
    r"\bpo to plac\w+",
    r"\bkiedy (?:wreszcie|w koncu|przestaniecie|laskawie|ktos wreszcie|raczycie)",
    r"\bkto\w* (?:mi )?(?:wreszcie|w koncu)\b",
    r"\bczy to (?:jest )?normalne|\bnie wstyd\b|\bwstydu nie macie|\bkto mi (?:odda|zwroci|zaplaci) za\b",
    r"\bwy tak ze wszystkimi|\bkto to (?:liczyl|wymyslil|wycenial)|\b(?:to jakis|jakis to|to) zart\b",
    r"\bjakis zart\?|\bzarty (?:sobie )?(?:robicie|stroicie)|\bzartujecie",
    r"\bpo co (?:mi|komu|nam) (?:to |ta |takie )?(?:ubezpieczeni|polis)|\bod kiedy to\b|\bjak mozna (?:bylo|tak)\b",
    r"\bjak (?:trzeba )?plac\w+.{0,40}\ba jak\b|\bczy ja mowie niewyraznie|\bserio\b.{0,30}(?:kaz|mam|znow|jeszcze)",
    r"\bz kim (?:ja )?mam (?:rozmawiac|gadac)\b.{0,30}\bskoro|\bznowu mam\b|\bmuzyczk\w+|\bzwodzi\w*",
    r"\bna co (?:wy )?czekacie",
    r"\bdlaczego nikt\b|\bczemu nikt\b|\bczy ktos (?:tam|wreszcie|w koncu|laskawie)\b",
)
_NOTHING = r"(?:cisz\w+|nic\b|nikt\b|dalej\b|nadal\b|wciaz\b|bez odpowiedzi|bez odzewu|ani slowa|zadn\w+)"
_WRONGS = AnyOf(
    rf"\b{_MANY}\s+(?:\w+\s+)?{_SPAN}\b.{{0,40}}\b{_NOTHING}|\b{_NOTHING}.{{0,30}}\bod {_MANY}\s+{_SPAN}",
    rf"\bod (?:\w+\s+)?{_SPAN}\b.{{0,50}}\b{_NOTHING}",
    r"\bnikt (?:mi |mnie |sie |juz |tam |do mnie )*nie "
    r"(?:odzyw|odezw|oddzw|odpis|odpow|racz|poinform|umie|wie|potraf|odbier)\w*",
    r"\b(?:mial[aoy]?|mieli|mialy|obiec\w+|choc\w*|mimo)\b.{0,70}"
    r"(?:\bnic\b|\bnie ma\b|\bnie oddzwonil|\ba ja\b|\bdalej\b|\bnadal\b)",
    r"\b(?:dalej|nadal|wciaz) nie (?:mam|ma|dotar\w*|dosta\w*|otrzym\w*|wyplac\w*|zwroc\w*|odpow\w*)",
    r"\b(?:nadal|dalej) nie dotar",
    r"\bw blad\b|\bzaniz\w+",
    r"\bnie zgadzam sie z.{0,20}\b(?:wasz|decyz|wycen|kwot|odmow|kosztorys|rozlicz|stanowisk|wyplat|panstw)",
    r"\bodwoluj\w+ sie\b|\bmam zastrzezeni|\bpomin\w+ (?:polow|czesc|wiekszosc)",
    r"\bzgubiliscie|\bodmowiliscie|\bpobraliscie|\bnaliczyliscie|\bzostawiliscie|\bzignorowaliscie",
    r"\bolaliscie|\boszukaliscie",
    r"\bwyplaciliscie (?:\w+ )?(?:polow|czesc|mniej|malo|tylko|ledwo)",
    r"\b\w+liscie\b.{0,40}\b(?:cudz|obc|bledn|zl[ey] )",
    r"\bobiecaliscie\b|\bpodnieslisci\w*\b|\bprzekladacie\b|\btraktujecie\b|\b(?:po)?traktowan\w+.{0,30}\bjak\b",
    r"\bniemil\w+|\brzuci\w+ sluchawk|\bopryskliw|\bniekulturaln|\bniegrzeczn|\baroganc|\bbezczeln|\bchamsk",
    r"\brozczarowan\w+|\bzawiedzion\w+|\bczuje sie oszuk|\boburz\w+|\bzbulwersowan|\bniedopuszczaln\w+",
    r"\bnie tak to mialo",
    r"\bskandal\w*|\bkpin[ay]\b",
    r"\b(?:lawet\w*|holown\w*|pomoc\w*|rzeczoznaw\w*|likwidator\w*)\b.{0,30}\bnie (?:przyjech|dojech|zjaw|dotar)",
    r"\bholown\w+ (?:mi )?(?:uszkodz|porys|zniszcz)",
    r"\b(?:skierowal\w*|wasz\w*)\b.{0,40}\b(?:niespraw|zepsu|zle|gorzej|uszkodz)",
    r"\bwarsztat\w*\b.{0,30}\bskierowaliscie\b|\bprzez wasz(?!\w* klient)|\bz waszej winy",
    r"\bwasz\w* (?:pomylk|blad|wina|bled|zaniedb)",
    r"\bwasz \w+ (?:pomin|zgub|zapomn|sklam|nie )|\btermin (?:juz )?(?:dawno )?minal|\bdawno po terminie\b",
    rf"\b{_AGAIN}\s+(?:\w+\s+)?(?:pisze|dzwonie|prosze|wysylam|pytam|zglaszam|tlumacze)",
    r"\bjuz (?:drugi|trzeci|czwarty|piaty) raz\b",
    r"\bodsyla(?:n[aiey]?|cie|ja|ny)\b|\bkazdy mowi co innego|\bco innego niz\b|\bzostalam sama\b|\bzostalem sam\b",
    r"\bbez (?:zadnego )?uzasadnieni|\bzlekcewazon|\blekcewaz|\bolewacie\b|\bnie (?:raczy\w+|racza) ",
)
_LEAVINGS = AnyOf(
    r"\bdo konkurencji\b|\bostatni raz\b.{0,20}\b(?:u was|ubezpiecz|skorzyst)|\bu was\b.{0,20}\bostatni (?:rok|raz)",
    r"\brezygnuj\w+.{0,25}\b(?:bo tak|skoro|po tym|po takim|przez)|\bodradz\w+|\bnigdy wiecej\b",
    r"\bnie polec\w+ (?:was|nikomu|wam)",
    r"\b(?:wiec|was)\s+zegnam\b|\binn\w+ (?:ubezpieczyciel|firm\w+) (?:zalatwil|wyplacil|zrobil)|\buciekam od was",
)
_OTHERS = AnyOf(
    r"\bsasiad\w*|\bsprawc\w*|\bgosc\w*\b|\bhydraulik\w*|\bdeweloper\w*|\bkoleg\w*|\bkolezan\w*",
    r"\bzlodziej\w*\s+\w+n[ie]\w*\b",
    r"\binn\w+ ubezpieczyciel\w* (?:odmow|zaniz|nie )|\bpod domem\b|\bkierowc\w*|\bnowa stluczk|\bwykonawc\w*",
)
_US = AnyOf(
    r"\bwas\b|\bwam\b|\bwami\b|\bwy\b|\bwasz\w*|\bprzystan\w*|\bu was\b|\bpanstw\w*",
    r"\b\w{2,}(?:liscie|lyscie|acie|ecie|icie|ycie)\b|\binfolini\w*|\blikwidator\w*|\brzeczoznaw\w*|\bkonsultant\w*",
)
_DEPARTMENTS: Sequence[tuple[str, AnyOf]] = (
    ("assistance", AnyOf(r"\blawet\w*|\bholow\w*|\bassistance\b")),
    (
        "szkody",
        AnyOf(
            r"\bszkod(?!a slow)\w*|\bodszkod\w*|\blikwidat\w*|\brzeczoznaw\w*|\bkosztorys\w*|\bwycen\w*",
            r"\bnapraw(?!d)\w*",
            r"\bwarsztat\w*|\bzderzak\w*|\bzaniz\w*|\bzalan\w*|\b(?:auto|samochod) (?:zastepcz|stoi)\w*",
            r"\brozebran\w*",
            r"\bbez (?:auta|samochodu)\b|\bzdjec\w*|\bamortyzac\w*|\buszkodze\w*|\bodmow\w+ wyplat\w*",
            r"\bwyplat[aey]\b",
        ),
    ),
    ("platnosci", AnyOf(r"\bskladk\w*|\bskladek\b|\bnadplat\w*|\brat[ayęe]\b|\bwplat\w*|\bprzelew\w*|\bpobra\w+")),
    ("polisy", AnyOf(r"\bpolis\w*|\bumow(?:a|e|y|ie)\b|\bagent\w*|\bznizk\w*|\bzakres\w*|\bwypowiedz\w*")),
)
# What a sentence that complains is about: words that alone say nothing.
_NAMED = (
    (
        Kind.REGULATOR,
        AnyOf(r"\brzeczni\w+|\bknf|\bnadzor|\buokik|\buodo\b|\burz[ae]d\b|\binstytucj|\binspektor|\bposel\b"),
    ),
    (
        Kind.PRESS,
        AnyOf(
            r"\bgazet|\bdziennik|\btelewiz|\bradi[oua]\b|\bmedi(?:a|ow|ach)\b|\binterne[ct]\w*|\bfacebook|\bfejs",
            r"\bgrup[eya]\b|\bglosno\b|\breporta|\bforum\b|\bartykul|\bredakc|\bgwiazdk|\bopini[eay]\b|\bposty?\b",
        ),
    ),
    (
        Kind.COURT,
        AnyOf(r"\bsad(?:u|zie|em|owa|owej)?\b|\bprawni|\badwok|\bkancelar|\bprokurat|\bpolicj|\bpelnomoc|\bmecenas"),
    ),
    (
        Kind.LEAVING,
        AnyOf(
            r"\bkonkurenc|\bkoncze\b|\bwypowiad|\bwypowiedzenie\b|\bnigdy wiecej|\bodchodz|\bgdzie indziej|\bzegna",
            r"\bprzenos|\bzabieram|\bod was\b|\bostatni(?:a|ej)?\b|\binn\w+ (?:firm|ubezpieczyciel)",
        ),
    ),
    (
        Kind.SARCASM,
        AnyOf(_PRAISE.pattern, r"\bciesz\w+|\bho ho|\bhojn|\bcud\b|\bdobrze (?:wiedziec|ze)\b|\bnagrod|\brekord"),
    ),
)
_THREATS = ((Kind.REGULATOR, _REGULATORS), (Kind.PRESS, _PRESS), (Kind.COURT, _COURT))
_COMPLAINTS = ((Kind.BITTERNESS, _BITTER), (Kind.WRONG, _WRONGS), (Kind.LEAVING, _LEAVINGS))


@lru_cache(maxsize=512)
def grievance(text: str) -> Grievance | None:
    """The complaint in `text`, or None. In doubt None: a person is brought by it."""
    said = " ".join(plain(text[:READ]).split())
    kinds = {kind for kind, pattern in _THREATS if pattern.search(said)} if not _NEUTRAL.search(said) else set()
    if not _is_about_others(said):
        kinds |= {kind for kind, pattern in _COMPLAINTS if pattern.search(said)}
        if _PRAISE.search(said) and _BELIED.search(said):
            kinds.add(Kind.SARCASM)
        if not kinds and _may_sound(text, said) and _SOUND.of(text) > _bound(said):
            kinds.add(_sounding(said))
    return Grievance(frozenset(kinds), department_of(said)) if kinds else None


def _may_sound(text: str, said: str) -> bool:
    """The weights were learned from Polish: another language sounds like anything."""
    return not _NEUTRAL.search(said) and not is_foreign(text)


def _bound(said: str) -> float:
    """How high the score of what complains is at least."""
    if len(said.split()) < WORDS:
        return CURT
    return PRAISING if _PRAISE.search(said) else COMPLAINING


def _sounding(said: str) -> Kind:
    """The kind of what only sounds like a complaint."""
    named = next((kind for kind, pattern in _NAMED if pattern.search(said)), None)
    return named or (Kind.BITTERNESS if "?" in said else Kind.WRONG)


def department_of(text: str) -> str:
    """Whose subject it is; without a subject the department of complaints'."""
    said = plain(text)
    return next((name for name, pattern in _DEPARTMENTS if pattern.search(said)), DEFAULT_DEPARTMENT)


def _is_about_others(said: str) -> bool:
    return bool(_OTHERS.search(said)) and not _US.search(said)
