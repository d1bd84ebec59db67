// Draws messages; knows nothing of the network. Words come from the page, texts go in as text nodes only.

const LIKE_STICKERS = new Set(["369239263222822", "369239343222814", "369239383222810"]);
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);
const GROUP_MINUTES = 5;
const PAUSE_MINUTES = 15;
const REACTIONS = { smile: "😆", angry: "😡", sad: "😢", wow: "😮", love: "❤️", like: "👍", dislike: "👎", other: "💬" };

export const word = (name) => document.body.dataset[`word${name}`] ?? "";

export function element(tag, classes = "", ...children) {
  const made = document.createElement(tag);
  if (classes) made.className = classes;
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function initials(name) {
  const parts = name.trim().split(/\s+/).filter(Boolean);
  return ((parts[0]?.[0] ?? "?") + (parts.length > 1 ? parts[parts.length - 1][0] : "")).toUpperCase();
}

export function avatar(name, picture, size = "") {
  const hue = [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 997, 7) % 8;
  const made = element("span", `avatar hue-${hue} ${size}`);
  made.setAttribute("aria-hidden", "true");
  made.textContent = initials(name.replace(/\(.*\)/, ""));
  if (local(picture)) {
    const image = element("img");
    image.alt = "";
    image.addEventListener("load", () => made.replaceChildren(image));
    image.src = local(picture);
  }
  return made;
}

export function pageAvatar(size = "small") {
  const image = element("img");
  image.src = "/symulator/static/ikona.svg";
  image.alt = "";
  const made = element("span", `avatar page-avatar ${size}`, image);
  made.setAttribute("aria-hidden", "true");
  return made;
}

/** Where this server has the picture, whatever name it goes by; empty for others' pictures, which stay unfetched. */
function local(address) {
  if (!address) return "";
  try {
    const url = new URL(address, location.href);
    const mine = url.host === location.host || LOOPBACK.has(url.hostname) && url.port === location.port
      || url.pathname.startsWith("/symulator/media/");
    return mine ? url.pathname + url.search : "";
  } catch {
    return "";
  }
}

const clockFormat = new Intl.DateTimeFormat("pl-PL", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Warsaw" });
const dayFormat = new Intl.DateTimeFormat("pl-PL", { weekday: "short", day: "numeric", month: "short", timeZone: "Europe/Warsaw" });

export function moment(at, now = new Date()) {
  const then = new Date(at);
  const time = clockFormat.format(then);
  return dayFormat.format(then) === dayFormat.format(now) ? time : `${dayFormat.format(then)}, ${time}`;
}

/** One line for the list of people. */
export function summary(message) {
  if (!message) return word("NewThread");
  if (message.text) return message.text;
  if (message.cards?.length) return word("Card");
  return attachmentWord(message.attachment?.type);
}

function attachmentWord(type) {
  const names = { image: "Photo", sticker: "Sticker", location: "Location", audio: "Audio", video: "Video", file: "File" };
  return word(names[type] ?? "Attachment");
}

/**
 * Brings the log up to date: groups of bubbles with avatars, names, times and marks. `tap(act)` is told of buttons.
 * What has not changed stays as it is, so that nothing flickers and screen readers hear only what is new.
 */
export function drawLog(log, messages, tap) {
  renew(log, grouped(messages), (group) => drawGroup(group, messages, tap));
}

/** Makes the parent's children those that `draw` makes of the values; equal values keep the elements they have. */
export function renew(parent, values, draw) {
  const kept = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const children = values.map((value) => {
    const key = JSON.stringify(value);
    const child = kept.get(key) ?? draw(value);
    kept.delete(key);
    child.dataset.key = key;
    return child;
  });
  children.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
  while (parent.childElementCount > children.length) parent.lastElementChild.remove();
}

/** Messages of one voice within a few minutes, and the times between them. */
function grouped(messages) {
  const groups = [];
  let previous = null;
  for (const message of messages) {
    const gap = previous ? (new Date(message.at) - new Date(previous.at)) / 60000 : Infinity;
    const same = previous && previous.from === message.from && previous.persona === message.persona
      && previous.app_id === message.app_id && gap < GROUP_MINUTES;
    if (gap >= PAUSE_MINUTES) groups.push({ at: message.at });
    // Delivered and seen show only under the last message, so they must not make the others look changed.
    const { delivered, seen, ...shown } = message;
    if (same) groups.at(-1).messages.push(shown);
    else groups.push({ messages: [shown] });
    previous = message;
  }
  if (previous?.from === "customer") groups.at(-1).mark = previous.seen ? "Seen" : previous.delivered ? "Delivered" : "Sent";
  return groups;
}

function drawGroup(group, messages, tap) {
  if (group.at) return element("li", "when", moment(group.at));
  const [first] = group.messages;
  const row = element("li", `group ${first.from === "customer" ? "mine" : "theirs"}`);
  if (first.from === "page") {
    if (first.persona) row.append(element("span", "name", first.persona));
    row.append(first.persona ? avatar(first.persona, first.persona_picture, "small") : pageAvatar());
  }
  row.append(element("div", "stack", ...group.messages.map((message) => drawItem(message, messages, tap))));
  if (group.mark) row.append(marks(group.mark));
  return row;
}

function marks(state) {
  const line = element("div", "marks", element("span", "", word(state)));
  if (state === "Seen") line.append(pageAvatar(""));
  return line;
}

function drawItem(message, messages, tap) {
  const item = element("div", message.cards?.length ? "item wide" : "item");
  item.title = moment(message.at);
  item.dataset.mid = message.mid;
  if (message.reply_to) {
    const original = messages.find((each) => each.mid === message.reply_to);
    item.append(element("span", "quote", `${word("Reply")}: ${summary(original ?? {})}`));
  }
  if (message.attachment) item.append(drawAttachment(message.attachment, message, tap));
  if (message.cards?.length) item.append(element("div", "cards", ...message.cards.map((card) => drawCard(card, tap))));
  if (message.buttons?.length) {
    item.append(element("div", "box", bubble(message.text ?? ""), actions(message.buttons, tap)));
  } else if (message.text !== null && message.text !== undefined) {
    item.append(bubble(message.text));
  }
  if (message.edits) item.append(element("span", "under", word("Edited")));
  if (message.reaction) item.append(element("span", "reaction", REACTIONS[message.reaction] ?? "💬"));
  return item;
}

function bubble(text) {
  const onlyEmoji = /^(\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f|\s){1,12}$/u.test(text);
  return element("div", `bubble${onlyEmoji ? " huge" : ""}`, ...linked(text));
}

function linked(text) {
  return text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/u).map((part, index) => {
    if (index % 2 === 0) return part;
    const link = element("a", "", part);
    outward(link, part);
    return link;
  });
}

function outward(link, address) {
  link.href = /^https?:\/\//.test(address) ? address : "#";
  link.target = "_blank";
  link.rel = "noopener noreferrer";
}

function actions(buttons, tap) {
  return element("div", "actions", ...buttons.map((button) => {
    const made = element(button.url ? "a" : "button", "action", button.title);
    if (button.url) {
      outward(made, button.url);
    } else {
      made.type = "button";
      made.addEventListener("click", () => tap({ postback: { payload: button.payload, title: button.title } }));
    }
    return made;
  }));
}

function drawCard(card, tap) {
  const words = element("div", "card-words", element("strong", "", card.title ?? ""), element("span", "", card.subtitle ?? ""));
  const made = element("div", "card");
  if (local(card.image_url)) {
    const image = element("img");
    image.alt = "";
    image.src = local(card.image_url);
    made.append(image);
  }
  made.append(words);
  if (card.buttons?.length) made.append(actions(card.buttons, tap));
  return made;
}

function drawAttachment(attachment, message, tap) {
  if (attachment.type === "sticker") return drawSticker(attachment);
  if (attachment.type === "image" && attachment.url) return drawPhoto(attachment.url);
  if (attachment.template_type === "customer_feedback") return drawFeedback(attachment, tap);
  if (attachment.type === "location") {
    const place = attachment.coordinates ?? {};
    return element("div", "bubble thing", "📍 ", `${attachment.title ?? word("Location")}: ${place.lat}, ${place.long}`);
  }
  return element("div", "bubble thing", `${attachmentWord(attachment.type)}${attachment.title ? `: ${attachment.title}` : ""}`);
}

function drawSticker(attachment) {
  if (attachment.url && !LIKE_STICKERS.has(String(attachment.sticker_id))) return drawPhoto(attachment.url);
  const thumb = document.getElementById("thumb").content.firstElementChild.cloneNode(true);
  thumb.setAttribute("role", "img");
  thumb.setAttribute("aria-label", word("Thumb"));
  thumb.removeAttribute("aria-hidden");
  return thumb;
}

function drawPhoto(address) {
  const mine = local(address);
  if (!mine) {
    const link = element("a", "", word("Photo"));
    outward(link, address);
    return element("div", "bubble thing", "🖼️ ", link);
  }
  const image = element("img");
  image.alt = word("Photo");
  image.src = mine;
  const link = element("a", "photo", image);
  outward(link, new URL(mine, location.href).href);
  return link;
}

function drawFeedback(attachment, tap) {
  const question = attachment.feedback_screens?.[0]?.questions?.[0] ?? {};
  const stars = element("div", "stars");
  for (let score = 1; score <= 5; score += 1) {
    const star = element("button", "", "★");
    star.type = "button";
    star.setAttribute("aria-label", word("Stars").replace("%", score));
    star.addEventListener("click", () => {
      tap({ feedback: { [question.id ?? "csat"]: { type: "csat", payload: String(score) } } });
      stars.replaceChildren(word("Thanks"));
    });
    stars.append(star);
  }
  const words = element("div", "card-words", element("strong", "", question.title ?? attachment.title ?? ""), element("span", "", attachment.subtitle ?? ""));
  return element("div", "card", words, stars);
}
