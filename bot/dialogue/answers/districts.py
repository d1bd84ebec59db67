"""The letters that begin Polish number plates, since 2000; knows nothing of messages.

Source: the district codes of the regulation on vehicle registration, with the second series that the
largest towns began in 2023 (Gdańsk XD, Katowice IK, Kraków JR, Poznań MO, Rzeszów YZ, Wrocław VW).
"""

from __future__ import annotations

from .folding import word_set

_BY_VOIVODESHIP = {
    "B": "I L S AU BI GR HA IA KL LM MN SE SI SK SU WM ZA",
    "C": "B G T W AL BR BY CH GD GR IN LI MG NA RA RY SE SW TR TU WA WL ZN",
    "D": "B J L W X BA BL DZ GL GR JA JE KA KL LB LE LU LW MI OA OL PL SR ST SW TR WL WR ZA ZG ZL",
    "E": "D L P S BE BR KU LA LC LE LW OP PA PD PI PJ RA RW SI SK TM WE WI ZD ZG",
    "F": "G Z GW KR MI NW SD SL SU SW WS ZA ZG ZI",
    "G": "A D O S BY CH CZ DA KA KS KW KY LE MB ND PU SL SP ST SZ TC WE WO",
    "I": "K",
    "J": "R",
    "K": "K N R T BA BC BR CH DA GR LI MI MY NS NT OL OS PR RA RK SU TA TT WA WI",
    "L": "B C U Z BI BL CH HR JA KR KS LB LE LU OP PA PU RA RY SW TM UB WL ZA",
    "M": "O",
    "N": "E O BA BR DZ EB EL GI GO IL KE LI MR NI NM OE OL OS PI SZ WE",
    "O": "B K P GL KL KR NA NY OL PO PR ST",
    "P": "A K L N O P Y Z CH CT GN GO GS JA KA KE KL KN KO KR KS LE MI NT OB OS OT OZ PL RA SE SL SR SZ TU WA WL WR ZL",
    "R": "K P T Z BI BR DE JA JS KL KR LA LE LS LU MI NI PR PZ RS SA SR ST TA ZE",
    "S": "B C D G H I J K L M O R T W Y Z BE BI BL CI CN CZ GL JZ KL LU MI MY PI PS RB RC RS TA WD WZ ZA ZO ZY",
    "T": "K BU JE KA KI KN LW OP OS PI SA SK ST SZ",
    "V": "W",
    "W": "A B D E F G H I J K L M N O P R S T U W X Y Z BR CI GM GR GS KZ LI LS MA ML ND OR OS OT PA PI PL PN PP PR "
    "PS PU PY PZ RA SC SE SI SK SZ WE WY ZU ZW ZY",
    "X": "D",
    "Y": "Z",
    "Z": "K S Z BI CH DR GL GR GY KA KL KO LO MY PL PY SD SL ST SW SZ WA",
}
DISTRICTS = frozenset(letter + rest for letter, tails in _BY_VOIVODESHIP.items() for rest in tails.split())

VOIVODESHIPS = frozenset("BCDEFGKLNOPRSTWZ")
"""First letters under which new districts have been added over the years."""

SERVICES = word_set("HPA HPB HPC HPD HPE HPF HPG HPH HPJ HPK HPL HPM HPN HPP HPS HPT HPU HPW HPZ HWA HWK HSA HSF HKA")
"""Police, border guard, customs and the like."""
