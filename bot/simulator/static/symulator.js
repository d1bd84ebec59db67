// The page: who writes, what is on screen, what a tap does. Everything live comes over one event stream.

import * as api from "./api.js";
import { avatar, drawLog, element, pageAvatar, renew, summary, word } from "./bubbles.js";
import { Panel } from "./panel.js";

const id = (name) => document.getElementById(name);
const state = { psid: "", thread: null, arrived: [], atEnd: true, people: [], page: { name: "", profile: {} }, tapped: new Set() };
const panel = new Panel(() => state.psid);

const fullName = (profile) => [profile?.first_name, profile?.last_name].filter(Boolean).join(" ") || word("Nameless");

/* Opening a thread */

async function open(psid) {
  state.psid = psid;
  state.thread = null;
  state.arrived = [];
  localStorage.setItem("psid", psid);
  history.replaceState(null, "", `?psid=${encodeURIComponent(psid)}`);
  id("people").classList.remove("shown");
  await load(true);
  panel.drawExchange();
  id("text").focus({ preventScroll: true });
}

async function load(toEnd = false) {
  const psid = state.psid;
  const thread = await api.thread(psid);
  if (psid !== state.psid) return;
  // What the event stream brought while the answer was on its way may be missing from it.
  const known = new Set(thread.messages.map((message) => message.mid));
  const since = thread.messages.at(-1)?.at ?? "";
  thread.messages.push(...state.arrived.filter((message) => message.at > since && !known.has(message.mid)));
  state.arrived = [];
  state.thread = thread;
  draw(toEnd);
  rememberProfile(thread.profile);
}

/** The simulator forgets its customers when it is restarted; the browser gives theirs back to those it knows. */
function rememberProfile(profile) {
  const key = `profile:${state.psid}`;
  if (Object.keys(profile).length) localStorage.setItem(key, JSON.stringify(profile));
  else if (localStorage.getItem(key)) api.setProfile(state.psid, JSON.parse(localStorage.getItem(key))).catch(() => {});
}

function draw(toEnd = false) {
  const { messages, profile } = state.thread;
  state.atEnd ||= toEnd;
  id("who-name").textContent = fullName(profile);
  document.title = `${fullName(profile)} · ${state.page.name}`;
  drawLog(id("log"), messages, perform);
  drawQuick();
  drawWelcome();
  drawTyping();
  drawPeople();
  panel.showOwner(state.thread.owner_app_id);
  if (state.atEnd) scrollToEnd();
  readSoon();
}

function drawQuick() {
  const last = state.thread.messages.at(-1);
  const shown = last?.from === "page" && !state.tapped.has(last.mid) ? last.quick_replies : [];
  renew(id("quick"), shown.map((reply) => ({ ...reply, mid: last.mid })), (reply) => {
    const button = element("button", "", reply.title);
    button.type = "button";
    button.addEventListener("click", () => {
      state.tapped.add(reply.mid);
      id("quick").replaceChildren();
      perform({ quick_reply: reply.payload });
      id("text").focus({ preventScroll: true });
    });
    return button;
  });
}

function drawWelcome() {
  const offers = state.page.profile;
  const empty = state.thread.messages.length === 0;
  id("welcome").hidden = !empty;
  if (!empty) return;
  id("welcome-name").textContent = state.page.name;
  const greeting = forLocale(offers.greeting)?.text ?? "";
  const { first_name: first = "", last_name: last = "" } = state.thread.profile ?? {};
  id("welcome-greeting").textContent = greeting
    .replaceAll("{{user_first_name}}", first).replaceAll("{{user_last_name}}", last)
    .replaceAll("{{user_full_name}}", fullName(state.thread.profile));
  const questions = forLocale(offers.ice_breakers)?.call_to_actions ?? [];
  renew(id("ice"), questions, (each) => {
    const button = element("button", "", each.question);
    button.type = "button";
    button.addEventListener("click", () => perform({ postback: { payload: each.payload, title: each.question } }));
    return button;
  });
  id("start").hidden = !offers.get_started || questions.length > 0;
}

const forLocale = (list) => list?.find((each) => each.locale === "pl_PL") ?? list?.find((each) => each.locale === "default");

function drawMenu() {
  const items = forLocale(state.page.profile.persistent_menu)?.call_to_actions ?? [];
  id("show-menu").hidden = items.length === 0;
  id("menu").replaceChildren(...items.map((item) => {
    const made = element(item.url ? "a" : "button", "", item.title);
    if (item.url) {
      Object.assign(made, { href: item.url, target: "_blank", rel: "noopener noreferrer" });
    } else {
      made.type = "button";
      made.addEventListener("click", () => perform({ postback: { payload: item.payload, title: item.title } }));
    }
    made.addEventListener("click", () => showMenu(false));
    return element("li", "", made);
  }));
}

function showMenu(shown) {
  id("menu").hidden = !shown;
  id("show-menu").setAttribute("aria-expanded", String(shown));
}

function drawTyping() {
  const { typing, typing_persona: persona } = state.thread;
  id("typing").hidden = !typing;
  id("typing-avatar").replaceChildren(persona ? avatar(persona, null, "small") : pageAvatar());
  clearTimeout(drawTyping.timer);
  // The platform's dots end by themselves after twenty seconds.
  if (typing) drawTyping.timer = setTimeout(() => {
    if (state.thread) state.thread.typing = false;
    id("typing").hidden = true;
  }, 20000);
  if (typing && state.atEnd) scrollToEnd();
}

/* People */

async function loadPeople() {
  state.people = (await api.threads()).threads;
  drawPeople();
}

function drawPeople() {
  const known = state.people.some((person) => person.psid === state.psid);
  const current = state.thread && !known ? [{ psid: state.psid, profile: state.thread.profile, last: null, unread: 0 }] : [];
  const rows = [...current, ...state.people].map(({ psid, profile, last, unread }) => (
    { psid, name: fullName(profile), last: summary(last), unread: unread > 0 && psid !== state.psid, current: psid === state.psid }
  ));
  renew(id("people-list"), rows, (person) => {
    const lines = element("span", "person-lines", element("span", "person-name", person.name), element("span", "person-last", person.last));
    const button = element("button", `person${person.unread ? " unread" : ""}`, avatar(person.name), lines);
    button.type = "button";
    button.setAttribute("aria-current", String(person.current));
    button.addEventListener("click", () => open(person.psid));
    return element("li", "", button);
  });
}

/** A new customer out of the names in the page, preferring one that nobody has yet. */
async function invent() {
  const names = [...id("invented").content.children].map((each) => each.dataset);
  const taken = new Set(state.people.map((person) => fullName(person.profile)));
  const free = names.filter((each) => !taken.has(`${each.first} ${each.last}`));
  const pool = free.length ? free : names;
  const chosen = pool[Math.floor(Math.random() * pool.length)];
  const digits = crypto.getRandomValues(new Uint8Array(14));
  const psid = `77${[...digits].map((digit) => digit % 10).join("")}`;
  await api.setProfile(psid, { first_name: chosen.first, last_name: chosen.last, gender: chosen.gender });
  await loadPeople();
  await open(psid);
}

/* What the customer does */

async function perform(act) {
  try {
    await api.act(state.psid, act);
    scrollToEnd();
    return true;
  } catch (error) {
    toast(error.status ? error.message : word("Failed"));
    return false;
  }
}

async function sendText(event) {
  event.preventDefault();
  const field = id("text");
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  fitText();
  if (!(await perform({ text })) && !field.value) field.value = text;
  fitText();
}

async function sendPhoto(file) {
  if (!file) return;
  if (file.size > 8 * 1024 * 1024) {
    toast(word("TooBig"));
    return;
  }
  try {
    const picture = await api.upload(file);
    await perform({ attachment: { type: "image", url: picture.url } });
  } catch (error) {
    toast(error.status === 413 ? word("TooBig") : error.status === 415 ? word("NotImage") : word("Failed"));
  }
}

function fitText() {
  const field = id("text");
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 132)}px`;
  const empty = field.value.trim() === "";
  id("send").hidden = empty;
  id("like").hidden = !empty;
}

function toast(text) {
  id("toast").textContent = text;
  id("toast").hidden = !text;
  clearTimeout(toast.timer);
  if (text) toast.timer = setTimeout(() => { id("toast").hidden = true; }, 5000);
}

/* Scrolling and reading */

function scrollToEnd() {
  const scroller = id("scroller");
  state.atEnd = true;
  scroller.scrollTop = scroller.scrollHeight;
  id("news").hidden = true;
}

function noteScroll() {
  const { scrollHeight, scrollTop, clientHeight } = id("scroller");
  state.atEnd = scrollHeight - scrollTop - clientHeight < 60;
  if (state.atEnd) id("news").hidden = true;
}

function readSoon() {
  const unread = state.thread?.messages.some((message) => message.from === "page" && !message.seen);
  if (!unread || document.visibilityState !== "visible" || readSoon.timer) return;
  readSoon.timer = setTimeout(() => {
    readSoon.timer = null;
    if (document.visibilityState === "visible") api.seen(state.psid).catch(() => {});
  }, 400);
}

/* What happens elsewhere */

const told = {
  message(event) {
    const mine = event.psid === state.psid;
    if (mine) state.arrived = [...state.arrived.slice(-50), event.message];
    if (mine && state.thread && !state.thread.messages.some((each) => each.mid === event.message.mid)) {
      state.thread.messages.push(event.message);
      if (event.message.from === "page") state.thread.typing = false;
      draw(event.message.from === "customer");
      id("news").hidden = state.atEnd;
    }
    notePerson(event.psid, event.message);
  },
  typing(event) {
    if (event.psid !== state.psid || !state.thread) return;
    Object.assign(state.thread, { typing: event.typing, typing_persona: event.persona });
    drawTyping();
  },
  receipts(event) {
    if (event.psid !== state.psid || !state.thread) return;
    for (const message of state.thread.messages) {
      if (event.marks[message.mid]) [message.delivered, message.seen] = event.marks[message.mid];
    }
    draw();
  },
  profile(event) {
    if (event.psid === state.psid && state.thread) {
      state.thread.profile = event.profile;
      localStorage.setItem(`profile:${state.psid}`, JSON.stringify(event.profile));
      draw();
    }
    loadPeopleSoon();
  },
  page(event) {
    state.page.profile = event.page_profile;
    drawMenu();
    if (state.thread) drawWelcome();
  },
  reload(event) {
    if (!event.psid || event.psid === state.psid) load();
    if (!event.psid) panel.load();
  },
  faults: (event) => panel.showFaults(event.faults),
  clock: (event) => panel.showClock(event.offset_hours),
  exchange: (event) => {
    panel.add(event.exchange);
    if (event.psid === state.psid && event.exchange.what.includes("thread_control")) load();
  },
  control_requested: () => toast(word("AskedForControl")),
};

function notePerson(psid, message) {
  const person = state.people.find((each) => each.psid === psid);
  if (!person) {
    loadPeopleSoon();
    return;
  }
  person.last = message;
  if (message.from === "page") person.unread += 1;
  if (psid === state.psid) person.unread = 0;
  state.people = [person, ...state.people.filter((each) => each !== person)];
  drawPeople();
}

function loadPeopleSoon() {
  clearTimeout(loadPeopleSoon.timer);
  loadPeopleSoon.timer = setTimeout(loadPeople, 300);
}

/* Beginning */

function wire() {
  id("composer").addEventListener("submit", sendText);
  id("text").addEventListener("input", fitText);
  id("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) sendText(event);
  });
  id("like").addEventListener("click", () => perform({ sticker: 369239263222822 }));
  id("send-place").addEventListener("click", () => perform({ location: { lat: 52.2319, long: 21.0067 } }));
  id("pick-photo").addEventListener("click", () => id("photo").click());
  id("photo").addEventListener("change", () => {
    sendPhoto(id("photo").files[0]);
    id("photo").value = "";
  });
  id("text").addEventListener("paste", (event) => {
    const picture = [...event.clipboardData.files].find((file) => file.type.startsWith("image/"));
    if (picture) {
      event.preventDefault();
      sendPhoto(picture);
    }
  });
  id("start").addEventListener("click", (event) => {
    perform({ postback: { payload: state.page.profile.get_started.payload, title: event.currentTarget.textContent } });
  });
  id("show-menu").addEventListener("click", () => showMenu(id("menu").hidden));
  id("invent").addEventListener("click", invent);
  id("show-people").addEventListener("click", () => {
    id("show-people").setAttribute("aria-expanded", String(id("people").classList.toggle("shown")));
  });
  id("news").addEventListener("click", scrollToEnd);
  id("scroller").addEventListener("scroll", noteScroll, { passive: true });
  // A picture that has loaded, or a narrower window, must not push the newest message out of sight.
  const watcher = new ResizeObserver(() => { if (state.atEnd) scrollToEnd(); });
  for (const name of ["log", "scroller", "quick"]) watcher.observe(id(name));
  document.addEventListener("visibilitychange", readSoon);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") showMenu(false); });
  wireProfile();
}

function wireProfile() {
  const form = id("profile-form").elements;
  id("show-profile").addEventListener("click", () => {
    for (const name of ["first_name", "last_name", "gender"]) form[name].value = state.thread?.profile?.[name] ?? "";
    id("profile-psid").textContent = state.psid;
    id("profile").showModal();
  });
  id("profile").addEventListener("close", () => {
    if (id("profile").returnValue !== "save") return;
    const values = Object.fromEntries(["first_name", "last_name", "gender"].map((name) => [name, form[name].value.trim()]));
    api.setProfile(state.psid, values).catch((error) => toast(error.message));
  });
}

async function begin() {
  wire();
  fitText();
  state.page = await api.page();
  id("page-name").textContent = state.page.name;
  drawMenu();
  await Promise.all([loadPeople(), panel.load()]);
  let connectedBefore = false;
  api.watch((event) => told[event.type]?.(event), (connected) => {
    toast(connected ? "" : word("Offline"));
    // Whatever happened while the stream was away is fetched.
    if (connected && connectedBefore) Promise.all([load(), loadPeople(), panel.load()]);
    connectedBefore ||= connected;
  });
  const asked = new URLSearchParams(location.search).get("psid") ?? localStorage.getItem("psid");
  if (asked && /^[A-Za-z0-9_-]{1,64}$/.test(asked)) await open(asked);
  else await invent();
}

begin();
