"""Rasa's Redis store for conversations that one process writes at a time; knows nothing of what is in a tracker.

Rasa's own reads the stored tracker back at every save and merges it with the new one, comparing every event with every
other by writing both out: with ten turns in a tracker more than half of a turn's time (py-spy, rasa 3.6.21). The merge
is for processes that write the same conversation at once; here a conversation is pinned to one server and held under a
lease, and the record is SQL.
"""

from __future__ import annotations

from rasa.core.tracker_store import RedisTrackerStore
from rasa.shared.core.trackers import DialogueStateTracker


class OneWriterTrackerStore(RedisTrackerStore):
    async def save(self, tracker: DialogueStateTracker, timeout: float | None = None) -> None:
        await self.stream_events(tracker)
        key = self.key_prefix + tracker.sender_id
        self.red.set(key, self.serialise_tracker(tracker), ex=timeout or self.record_exp)
