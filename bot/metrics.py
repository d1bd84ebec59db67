"""What Prometheus sees. Labels are closed sets: never an id, a name or a text.

Each process counts what it does itself: the web process deliveries and agents, each worker turns and sends. What is
the same for all (mailboxes, the record) is read by the web process when it is asked; with several, take the maximum.
"""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

WEBHOOKS = Counter("dyzurny_webhooks_total", "Deliveries to the webhook, by what became of them", ["result"])
EVENTS = Counter("dyzurny_events_total", "Events taken in, by kind", ["kind"])
PASSED_OVER = Counter("dyzurny_events_passed_over_total", "Parts of deliveries that are not known", ["kind"])
DUPLICATES = Counter("dyzurny_events_duplicate_total", "Events that were taken in before")
TURNS = Counter("dyzurny_turns_total", "Turns of the dialogue, by what became of them", ["result"])
STAGE = Histogram(
    "dyzurny_turn_stage_seconds",
    # mailbox: from the webhook until it is taken up; dialogue: Rasa; commit: SQL; outbox: until its answer has left
    "Where a turn's time goes",
    ["stage"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
SENDS = Counter("dyzurny_sends_total", "Messages handed to the platform, by result and author", ["result", "author"])
ALIKE = Counter("dyzurny_turns_alike_total", "Turns answered with the answer to the same question of somebody else")
PAGE_LIMIT = Gauge(
    "dyzurny_page_limit_used_ratio", "What the platform counts against a page's limit, of the page that used most of it"
)
SET_ASIDE = Counter("dyzurny_events_set_aside_total", "Events that failed too often")
ESCALATED = Counter("dyzurny_handoffs_escalated_total", "Waits past their limit, of which supervisors were told")
HANDOFFS = Counter("dyzurny_handoffs_total", "Requests for a person, by reason", ["reason"])
MAILBOX = Gauge("dyzurny_lane_conversations", "Conversations that want work, or are held", ["lane", "state"])
MAILBOX_AGE = Gauge("dyzurny_lane_oldest_seconds", "How long the oldest event has been lying in a mailbox", ["lane"])
SET_ASIDE_OPEN = Gauge("dyzurny_set_aside_open", "Events that failed too often and wait for a decision")
OUTBOX = Gauge("dyzurny_outbox_messages", "Messages that have not left for certain, by state", ["state"])
OUTBOX_AGE = Gauge("dyzurny_outbox_oldest_seconds", "How long the oldest message has been waiting to leave")
OWNERS = Gauge("dyzurny_conversations_open", "Conversations that are not the assistant's, by owner", ["owner"])
WAITING_LONGEST = Gauge("dyzurny_waiting_longest_seconds", "How long a customer has been waiting for a person")
FIRST_ANSWER = Histogram(
    "dyzurny_first_answer_seconds",
    "From asking for a person to that person's first words",
    buckets=(30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400),
)
ALARM = Gauge("dyzurny_alarm", "1 while something needs a person of operations", ["what"])
