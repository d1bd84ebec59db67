"""The page's posts and what people write under them, with the calls that concern them; knows nothing of HTTP.

Sources: …/discovery/private-replies (16 Apr 2026), docs/graph-api/reference/comment, webhooks/reference/page (feed).
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.messenger.json_values import as_object, as_text
from bot.simulator import refusals, rules
from bot.simulator.courier import Parcel
from bot.simulator.refusals import Refusal, RefusalError, bad_parameter

if TYPE_CHECKING:
    from bot.simulator.twin import Twin

REPLY_WITHIN = timedelta(days=7)
REPLIES_AN_HOUR = 750
LONGEST_COMMENT = 8_000
OTHER_PAGE = "900900900"
# As third parties report them; the page on private replies names none.
ALREADY_REPLIED = Refusal(10900, None, "Activity already replied to.")
CANNOT_REPLY = Refusal(10903, None, "This user cannot reply to this activity.")


@dataclass(slots=True)
class Comment:
    """`psid` is who would read a private reply; None where a page wrote it."""

    id: str
    post_id: str
    parent_id: str
    author_id: str
    author: str
    psid: str | None
    text: str
    at: datetime
    hidden: bool = False
    removed: bool = False
    replied: bool = False

    def view(self) -> dict[str, Any]:
        shown = {name: getattr(self, name) for name in ("id", "post_id", "parent_id", "author", "psid", "text")}
        return {**shown, "at": self.at.isoformat(), "hidden": self.hidden, "removed": self.removed}


@dataclass(slots=True)
class Post:
    id: str
    text: str
    comments: list[Comment] = field(default_factory=list)


class Wall:
    """Posts and comments of one page, and how many private replies left it lately."""

    def __init__(self, twin: Twin) -> None:
        self.twin = twin
        self.posts: dict[str, Post] = {}
        self.comments: dict[str, Comment] = {}
        self._replied: deque[datetime] = deque(maxlen=REPLIES_AN_HOUR)

    def publish(self, text: str) -> Post:
        post = Post(f"{self.twin.account.page_id}_{10**14 + secrets.randbelow(10**14)}", text)
        self.posts[post.id] = post
        return post

    def write(self, post: Post, psid: str, author: str, text: str, *, as_page: bool = False) -> Comment:
        """Somebody comments; `as_page`: another page does, to which nobody may reply in private."""
        author_id = OTHER_PAGE if as_page else f"A{psid}"
        return self._add(post, author_id, author, None if as_page else psid, text, post.id)

    def change(self, comment: Comment, text: str | None) -> None:
        """Its author writes it anew, or takes it back with None."""
        comment.removed = text is None
        comment.text = text or ""
        self._tell(comment, "remove" if text is None else "edited")

    def _add(self, post: Post, author_id: str, author: str, psid: str | None, text: str, parent_id: str) -> Comment:
        id = f"{post.id.rpartition('_')[2]}_{10**14 + secrets.randbelow(10**14)}"
        comment = Comment(id, post.id, parent_id, author_id, author, psid, text, self.twin.clock.now())
        post.comments.append(comment)
        self.comments[id] = comment
        self._tell(comment, "add")
        return comment

    def _tell(self, comment: Comment, verb: str) -> None:
        value = {
            "item": "comment",
            "verb": verb,
            "comment_id": comment.id,
            "post_id": comment.post_id,
            "parent_id": comment.parent_id,
            "from": {"id": comment.author_id, "name": comment.author},
            # In seconds, unlike all else.
            "created_time": int(comment.at.timestamp()),
        }
        if verb != "remove":
            value |= {"message": comment.text, "post": {"permalink_url": self._link(comment.post_id)}}
        self.twin.courier.send(f"#{comment.id}", Parcel({"field": "feed", "value": value}, standby=False))

    @staticmethod
    def _link(id: str) -> str:
        return f"https://www.facebook.com/{id}"

    # The Graph API's calls

    def reads(self, node: str) -> dict[str, Any] | None:
        """GET /{post} or /{comment}; None where the node is neither."""
        if node in self.posts:
            return {"id": node, "message": self.posts[node].text, "permalink_url": self._link(node)}
        if node not in self.comments:
            return None
        comment = self._there(node)
        shown: dict[str, Any] = {"id": node, "message": comment.text, "is_hidden": comment.hidden}
        return {**shown, "can_reply_privately": self._refusal(comment) is None}

    def private_reply(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """POST /{page}/messages with a comment as recipient."""
        comment = self._there(str(as_object(body["recipient"]).get("comment_id")))
        refusal = self._refusal(comment)
        if refusal is not None:
            raise RefusalError(refusal)
        now = self.twin.clock.now()
        if len(self._replied) == REPLIES_AN_HOUR and now - self._replied[0] < timedelta(hours=1):
            raise RefusalError(refusals.TOO_FAST)
        rules.check_content(as_object(body.get("message")))
        assert comment.psid is not None
        comment.replied = True
        self._replied.append(now)
        thread = self.twin.thread(comment.psid)
        return {"recipient_id": comment.psid, "message_id": self.twin.page_sends(thread, body)}

    def hides(self, node: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """POST /{comment}"""
        comment = self._there(node)
        if not isinstance(body.get("is_hidden"), bool):
            raise RefusalError(bad_parameter("is_hidden"))
        comment.hidden = body["is_hidden"]
        self._tell(comment, "hide" if comment.hidden else "unhide")
        return {"success": True}

    def answers(self, node: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """POST /{comment}/comments, as the page."""
        comment, text = self._there(node), as_text(body.get("message"))
        if not text or len(text) > LONGEST_COMMENT:
            raise RefusalError(bad_parameter("message"))
        account = self.twin.account
        added = self._add(self.posts[comment.post_id], account.page_id, account.page_name, None, text, comment.id)
        return {"id": added.id}

    def _there(self, node: str) -> Comment:
        comment = self.comments.get(node)
        if comment is None or comment.removed:
            raise RefusalError(refusals.NO_OBJECT)
        return comment

    def _refusal(self, comment: Comment) -> Refusal | None:
        if comment.psid is None:
            return CANNOT_REPLY
        if comment.replied:
            return ALREADY_REPLIED
        return CANNOT_REPLY if self.twin.clock.now() - comment.at >= REPLY_WITHIN else None
