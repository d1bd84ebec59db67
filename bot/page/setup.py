"""Brings a page to what this installation needs of it: `plan` says what differs, `carry_out` changes just that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.messenger.graph import GraphClient
from bot.messenger.profile import FIELDS, Offers, profile_body

# …/messenger-platform/webhooks; without message_echoes and standby a person's answer in the Page Inbox is not seen.
SUBSCRIBED = (
    "messages",
    "message_edits",
    "message_reactions",
    "message_deliveries",
    "message_reads",
    "message_echoes",
    "messaging_postbacks",
    "messaging_referrals",
    "messaging_optins",
    "messaging_handovers",
    "messaging_feedback",
    "messaging_policy_enforcement",
    "standby",
    "feed",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to change on one page; empty: nothing."""

    page_id: str
    fields_now: tuple[str, ...]
    fields_missing: tuple[str, ...]
    profile: Mapping[str, Any]  # the parts of the profile that differ, as they shall be
    profile_now: Mapping[str, Any]  # the same parts, as they are
    profile_surplus: tuple[str, ...]  # parts that the page has and the content does not

    @property
    def changes(self) -> bool:
        return bool(self.fields_missing or self.profile or self.profile_surplus)

    def lines(self) -> list[str]:
        """The difference, a line a change, as `diff` writes it."""
        said = [f"+ subscribed_fields: {', '.join(self.fields_missing)}"] if self.fields_missing else []
        for name, wanted in self.profile.items():
            if name in self.profile_now:
                said.append(f"- {name}: {_short(self.profile_now[name])}")
            said.append(f"+ {name}: {_short(wanted)}")
        return said + [f"- {name}" for name in self.profile_surplus]


async def plan(graph: GraphClient, page_id: str, app_id: str, offers: Offers) -> Plan:
    """Compare the page with what it has to be. Raises GraphError."""
    fields_now = tuple((await graph.subscriptions(page_id)).get(app_id, ()))
    present = await graph.messenger_profile(page_id, FIELDS)
    wanted = profile_body(offers)
    differs = {name: value for name, value in wanted.items() if present.get(name) != value}
    return Plan(
        page_id=page_id,
        fields_now=fields_now,
        fields_missing=missing_fields(fields_now),
        profile=differs,
        profile_now={name: present[name] for name in differs if name in present},
        profile_surplus=tuple(name for name in FIELDS if name in present and name not in wanted),
    )


async def carry_out(graph: GraphClient, planned: Plan) -> None:
    """Change what `planned` says: each kind of change in one call, because few are allowed. Raises GraphError."""
    if planned.fields_missing:
        # The call replaces the whole list: what somebody added by hand stays.
        await graph.subscribe(planned.page_id, [*planned.fields_now, *planned.fields_missing])
    if planned.profile:
        await graph.set_messenger_profile(planned.page_id, planned.profile)
    if planned.profile_surplus:
        await graph.delete_messenger_profile(planned.page_id, planned.profile_surplus)


def missing_fields(fields: tuple[str, ...]) -> tuple[str, ...]:
    """Webhook fields that are needed and not among `fields`."""
    return tuple(field for field in SUBSCRIBED if field not in fields)


def _short(value: Any) -> str:
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return said if len(said) <= 160 else f"{said[:157]}…"
