// The console in the browser: follows the stream of changes and draws what the server rendered.
import { followComposer, newKey, putAside, restore } from "./pole.js";
import { drawEntry, toBottom } from "./wpisy.js";
import { drawCounts, drawRow, fromHtml, markOpen } from "./listy.js";
import { announceGiven, announceMention, announceWaiting, followBell } from "./dzwonek.js";
import { followKeys } from "./klawisze.js";
import { followIdleness } from "./obecnosc.js";

const stan = { position: document.body.dataset.pozycja, source: null };

export const openConversation = () => document.querySelector("#rozmowa [data-rozmowa]")?.dataset.rozmowa ?? null;

function follow() {
  stan.source?.close();
  const address = new URL("/konsola/zdarzenia", location.origin);
  address.searchParams.set("od", stan.position);
  const conversation = openConversation();
  if (conversation) address.searchParams.set("rozmowa", conversation);
  const source = new EventSource(address);
  source.addEventListener("open", () => say(""));
  source.addEventListener("error", () => {
    say("Brak połączenia, łączę ponownie…");
    // The browser tries again by itself, unless it was answered with something that is no stream.
    if (source.readyState === EventSource.CLOSED) setTimeout(followAgain, RETRY_MS);
  });
  source.addEventListener("changes", (event) => {
    stan.position = event.lastEventId || stan.position;
    draw(JSON.parse(event.data));
  });
  source.addEventListener("reload", () => location.reload());
  stan.source = source;
}

const RETRY_MS = 3000;

async function followAgain() {
  try {
    const answer = await fetch("/konsola/lista", { headers: { "HX-Request": "true" } });
    if (answer.status === 401) location.assign("/konsola/wejscie");
    else if (answer.ok) follow();
    else setTimeout(followAgain, RETRY_MS);
  } catch {
    setTimeout(followAgain, RETRY_MS);
  }
}

function say(text) {
  document.getElementById("lacze").textContent = text;
}

function draw(changes) {
  const conversation = openConversation();
  for (const row of changes.rows) {
    drawRow(row);
    if (row.id === conversation) checkOwner(row);
  }
  for (const entry of changes.entries) drawEntry(entry);
  if (changes.counts) drawCounts(changes.counts);
  if (changes.card) {
    refresh("karta");
    refresh("pytania");
  }
  if (changes.viewers) drawViewers();
  if (changes.agents) htmx.trigger(document.body, "zespol");
  if (changes.notices) htmx.trigger(document.body, "ogloszenia");
  if (changes.typing.length) drawTyping();
  for (const row of changes.rows) {
    if (row.owner === "waiting") announceWaiting(row);
    else if (row.owner === "agent" && String(row.agent) === document.body.dataset.agent && row.unread) announceGiven(row);
  }
  for (const where of changes.mentions) announceMention(where);
  if (conversation && changes.entries.some((entry) => entry.author === "customer")) markRead(conversation);
  markOpen(conversation);
}

// The head and the composer depend on who holds the conversation.
function checkOwner(row) {
  const head = document.getElementById("naglowek");
  if (!head || head.dataset.stan === `${row.owner}:${row.agent ?? ""}`) return;
  refresh("naglowek");
  refresh("pole");
}

// Draws a part of the conversation again, but never under the agent's hands: what is being written waits.
async function refresh(id) {
  const conversation = openConversation();
  if (!conversation) return;
  const answer = await fetch(`/konsola/rozmowa/${encodeURIComponent(conversation)}/${id}`).catch(() => null);
  if (!answer?.ok) return;
  const html = await answer.text();
  const place = document.getElementById(id);
  if (!place || conversation !== openConversation()) return;
  if ((id === "karta" || id === "pytania") && isBusy(place)) {
    place.dataset.nieaktualna = "1";
    return;
  }
  const fresh = fromHtml(html);
  const aside = id === "pole" ? putAside() : null;
  const menu = menuOf(place);
  place.replaceWith(fresh);
  htmx.process(fresh);
  reopen(fresh, menu);
  if (id === "pole") restore(conversation, aside);
}

// An open menu stays open when it is drawn again, unless somebody else holds the conversation by now: then it offers
// other things, and what was aimed at may stand elsewhere.
function menuOf(place) {
  const menu = place.querySelector("details.menu");
  return menu?.open ? menu.closest("[data-stan]")?.dataset.stan : null;
}

function reopen(place, stan) {
  const menu = place.querySelector("details.menu");
  if (menu && stan && menu.closest("[data-stan]")?.dataset.stan === stan) menu.open = true;
}

function isBusy(place) {
  const written = [...place.querySelectorAll("input, textarea")].some((field) => field.value !== field.defaultValue);
  return written || place.querySelector("details[open]") !== null || place.contains(document.activeElement);
}

document.addEventListener("focusout", () => {
  for (const id of ["karta", "pytania"]) if (document.getElementById(id)?.dataset.nieaktualna) setTimeout(() => refresh(id), 300);
});

async function drawViewers() {
  const conversation = openConversation();
  if (!conversation) return;
  // Without a connection nothing is drawn; the stream says so, and draws again once there is one.
  const answer = await fetch(`/konsola/rozmowa/${encodeURIComponent(conversation)}/patrza`).catch(() => null);
  const html = answer?.ok ? await answer.text().catch(() => null) : null;
  const place = document.getElementById("patrza");
  if (html !== null && place && conversation === openConversation()) place.innerHTML = html;
}

// A colleague writes: shown for as long as it may last without being said again.
let typingEnds = null;
function drawTyping() {
  const place = document.getElementById("pisze");
  if (!place) return;
  place.textContent = "Ktoś z zespołu pisze…";
  clearTimeout(typingEnds);
  typingEnds = setTimeout(() => { place.textContent = ""; }, 9000);
}

function markRead(conversation) {
  const mine = document.getElementById("naglowek")?.dataset.stan === `agent:${document.body.dataset.agent}`;
  if (!mine || document.visibilityState !== "visible") return;
  fetch(`/konsola/rozmowa/${encodeURIComponent(conversation)}/przeczytane`, { method: "POST" }).catch(() => {});
}

let before = null;
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "rozmowa") return;
  before = { composer: putAside(), menu: menuOf(event.detail.target), conversation: openConversation() };
});
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "rozmowa") return;
  // htmx would come to it when it tidies up; until then Enter would send the form as if there were no script, and what
  // has been sent would stand in the composer again.
  htmx.process(event.detail.target);
  restore(openConversation(), before?.composer);
  if (before?.conversation === openConversation()) reopen(event.detail.target, before.menu);
});
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "rozmowa") return;
  document.querySelector(".biurko").classList.add("otwarte");
  opened();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && openConversation()) markRead(openConversation());
});
document.body.addEventListener("htmx:sendError", () => complain("Nie ma połączenia z serwerem. Nic nie wysłano."));

function complain(text) {
  const line = document.createElement("p");
  line.className = "komunikat";
  line.textContent = text;
  document.getElementById("komunikaty").append(line);
}

function opened() {
  const conversation = openConversation();
  follow();
  markOpen(conversation);
  toBottom();
  restore(conversation);
  if (conversation) drawViewers();
  document.getElementById("tekst")?.focus({ preventScroll: true });
}

document.body.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful || !event.target.dataset?.czysc) return;
  event.target.reset();
  // The next file is another message.
  if (event.target.elements.klucz) event.target.elements.klucz.value = newKey();
  document.activeElement?.blur();
});
// A menu closes when something else is clicked.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

followComposer(openConversation);
followBell();
followKeys();
followIdleness();
opened();
