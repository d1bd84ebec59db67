"""Kinds of text that break programs: of each kind a few, written here."""

from __future__ import annotations

NAUGHTY = {
    "right_to_left": "\u202egnp.exe\u202c שלום العربية",
    "zero_width": "po\u200bli\u200csa\u200d\ufeff",
    "lone_surrogate": "\ud800 i \udfff",
    "nul": "tak\x00nie",
    "control": "\x01\x07\x1b[31m\r\n\x85\u2028\u2029",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈" * 50,
    "combining": "Z" + "\u0335\u0321" * 200,
    "sql": "'; DROP TABLE agents; -- \" OR 1=1",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "template": "{{ 7*7 }} {% for x in y %} ${x} #{x} %s %n {0.__class__}",
    "markup": "[Pan|Pani [ ] {{ [pan.imie",
    "path": "../../../../etc/passwd%00",
    "search": '"a* NEAR( -b OR ^c:*',
    "log": 'x\n{"level":"error","event":"redis_away"}',
    "number": "9" * 400 + "e999 NaN -0 0x10 1_000",
    "long": "ą" * 100_000,
    "empty": "",
    "spaces": " \t\u00a0\u3000",
}
# What Rasa would take for a command of its own, were it to stand at a message's beginning.
COMMANDS = ["/restart", '/anuluj{"ranni": "nie"}', "//restart", " / /restart", "/\x1c/restart", "/\u00a0/ /zdarzenie",
            "/" * 50 + "restart", "\n/\n/\n/restart"]  # fmt: skip
SLASHES_OF_OTHERS = ["\u2044restart", "\u2215restart", "\uff0frestart", "\u200b/restart", "\\restart"]
