"""What editors do with sentences that were not understood: groups to look at, and what becomes of each sentence.

Editors see no conversations: nothing leaves here unmasked. Files change first and the record after it; where somebody
was faster, the file is put back.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.clock import Clock
from bot.errors import Rejected
from bot.insight.likeness import grouped
from bot.insight.masking import masked
from bot.insight.misreading import PERSON
from bot.insight.taking import Known, NotTaken, Taking
from bot.store import audit, misreadings
from bot.store.agents import Agent
from bot.store.database import Database, Tx
from bot.store.misreadings import Misreading, Settlement
from bot.store.times import from_ms, to_ms

# What one editor can look at in a sitting, and what is grouped in well under a second.
LOOKED_AT = 400
SHOWN_IN_GROUP = 8
SUGGESTED = 3
LATELY = 12


@dataclass(frozen=True, slots=True)
class Sentence:
    """A masked sentence; `ids`: every message that says it."""

    ids: tuple[int, ...]
    text: str
    kind: str
    chosen: str | None


@dataclass(frozen=True, slots=True)
class SentenceGroup:
    """Sentences of one kind, the most typical first; `suggested`: intents, what customers chose before guesses."""

    sentences: tuple[Sentence, ...]
    messages: int
    suggested: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    groups: tuple[SentenceGroup, ...]
    open: int
    taken: tuple[Misreading, ...]
    known: Known


class Learning:
    def __init__(self, database: Database, taking: Taking, clock: Clock) -> None:
        self.database = database
        self.taking = taking
        self.clock = clock

    async def overview(self) -> Overview:
        def look(tx: Tx) -> tuple[list[Misreading], int, list[Misreading]]:
            return (
                misreadings.open_ones(tx, LOOKED_AT),
                misreadings.count_open(tx),
                misreadings.settled_ones(tx, LATELY),
            )

        found, count, taken = await self.database.read(look)
        known = await asyncio.to_thread(self.taking.known)
        groups = await asyncio.to_thread(group, found, known)
        return Overview(tuple(groups), count, tuple(taken), known)

    async def add(self, agent: Agent, intent: str, chosen: Mapping[tuple[int, ...], str]) -> None:
        """Each sentence becomes an example of `intent`; what stands there already is settled without a second one.

        Raises NotTaken for the first that cannot be taken; those before it stay taken.
        """
        if not chosen:
            raise Rejected(code="nothing_chosen")
        for ids, sentence in chosen.items():
            example = await asyncio.to_thread(self.taking.add, intent, sentence)
            if not await self._settle(agent, ids, Settlement.EXAMPLE, intent, example):
                await asyncio.to_thread(self.taking.take_back, intent, example)

    async def begin(self, agent: Agent, title: str, answer: str, chosen: Mapping[tuple[int, ...], str]) -> None:
        """A new question whose first examples these sentences are. Raises NotTaken."""
        if not chosen:
            raise Rejected(code="nothing_chosen")
        intent, examples = await asyncio.to_thread(self.taking.begin, title, answer, list(chosen.values()))
        for (ids, _), example in zip(chosen.items(), [*examples, *[None] * len(chosen)], strict=False):
            await self._settle(agent, ids, Settlement.QUESTION, intent, example)

    async def pass_over(self, agent: Agent, ids: Sequence[int]) -> None:
        """Nothing to learn from these."""
        await self._settle(agent, tuple(ids), Settlement.PASSED, None, None)

    async def take_back(self, agent: Agent, id: int) -> None:
        """The example out of the files, the sentence among the open ones again."""
        found = await self.database.read(lambda tx: misreadings.by_ids(tx, [id]))
        if not found or found[0].intent is None or found[0].added is None:
            raise Rejected(code="not_taken_back")
        intent, example = found[0].intent, found[0].added
        if not await asyncio.to_thread(self.taking.take_back, intent, example):
            raise NotTaken(code="not_taken_back")

        def work(tx: Tx) -> None:
            misreadings.reopen(tx, id)
            self._note(tx, agent, "example_taken_back", intent)

        await self.database.run(work)

    async def _settle(
        self, agent: Agent, ids: tuple[int, ...], settlement: Settlement, intent: str | None, added: str | None
    ) -> bool:
        now = to_ms(self.clock())

        def work(tx: Tx) -> bool:
            # Only the first keeps the example, so that taking back takes it out once.
            mine = [
                misreadings.settle(
                    tx, id, settlement, by=agent.id, now=now, intent=intent, added=added if n == 0 else None
                )
                for n, id in enumerate(ids)
            ]
            if any(mine):
                self._note(tx, agent, f"misreading_{settlement.value}", intent)
            return mine[0] if mine else False

        return await self.database.run(work)

    def _note(self, tx: Tx, agent: Agent, what: str, intent: str | None) -> None:
        audit.note(tx, at=to_ms(self.clock()), who=f"agent:{agent.id}", what=what, subject=intent)


def group(found: Sequence[Misreading], known: Known) -> list[SentenceGroup]:
    """The misreadings as masked sentences, each once, in groups of one kind."""
    alike: dict[str, list[Misreading]] = {}
    for one in found:
        names = [name for name in (one.first_name, one.last_name) if name]
        alike.setdefault(masked(one.text, from_ms(one.at), names).strip(), []).append(one)
    alike.pop("", None)
    texts = list(alike)
    groups = []
    for heap in grouped(texts):
        members = [alike[texts[place]] for place in heap.members]
        shown = [_sentence(texts[place], alike[texts[place]]) for place in heap.members[:SHOWN_IN_GROUP]]
        everyone = [one for member in members for one in member]
        groups.append(SentenceGroup(tuple(shown), len(everyone), _suggested(everyone, known)))
    return sorted(groups, key=lambda each: -each.messages)


def _sentence(text: str, said: Sequence[Misreading]) -> Sentence:
    chosen = next((one.chosen for one in said if one.chosen), None)
    return Sentence(tuple(one.id for one in said), text, said[0].kind, chosen)


def _suggested(said: Sequence[Misreading], known: Known) -> tuple[str, ...]:
    """What customers chose counts three times a guess; what they corrected speaks against the first guess."""
    votes: Counter[str] = Counter()
    for one in said:
        if one.chosen and one.chosen != PERSON:
            votes[one.chosen] += 3
        guesses = one.offered[1:] if one.kind == "corrected" else one.offered
        votes.update(guesses)
    return tuple(intent for intent, _ in votes.most_common() if intent in known.counts)[:SUGGESTED]
