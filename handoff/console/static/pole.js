// The composer: Enter sends, "/" opens canned replies, drafts are kept, doubts are shown before anything leaves.

const draftKey = (conversation) => `szkic:${conversation}`;
const field = () => document.getElementById("tekst");
const menu = () => document.getElementById("gotowe");
// Messenger's dots last some twenty seconds; said again before they end.
const TYPING_EVERY_MS = 8000;

// What stands in a composer before it is drawn again: the cursor's place, and the key under which the message goes.
export function putAside() {
  const form = document.getElementById("odpowiedz");
  if (!form) return null;
  const { tekst, klucz } = form.elements;
  const cursor = document.activeElement === tekst ? [tekst.selectionStart, tekst.selectionEnd] : null;
  return { cursor, key: klucz.value, of: form.getAttribute("action") };
}

// A composer drawn again stands as it stood, in the same breath: nobody may press Enter on what they did not write.
export function restore(conversation, aside = null) {
  const form = document.getElementById("odpowiedz");
  if (!form) return;
  const kept = conversation && localStorage.getItem(draftKey(conversation));
  if (kept !== null) form.elements.tekst.value = kept;
  if (aside?.of !== form.getAttribute("action")) return;
  form.elements.klucz.value = aside.key;
  if (!aside.cursor) return;
  form.elements.tekst.focus({ preventScroll: true });
  form.elements.tekst.setSelectionRange(...aside.cursor);
}

export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function followComposer(openConversation) {
  let typedAt = 0;
  document.addEventListener("input", (event) => {
    if (event.target.id !== "tekst") return;
    keep(openConversation());
    document.getElementById("podpowiedz").replaceChildren();
    offer(openConversation());
    if (event.target.value && !event.target.value.startsWith("/") && Date.now() - typedAt > TYPING_EVERY_MS) {
      typedAt = Date.now();
      fetch(`/konsola/rozmowa/${encodeURIComponent(openConversation())}/pisze`, { method: "POST" }).catch(() => {});
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "tekst" || event.isComposing) return;
    if (!menu().hidden && chooseByKey(event)) return;
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    const text = event.target.value.trim();
    // What was doubted and left as it is, is meant.
    if (text && document.querySelector(".watpliwosci")?.dataset.tekst === text) sendAllTheSame();
    else if (text) event.target.form.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    const reply = event.target.closest("#gotowe li");
    if (reply) insert(reply);
    const incident = event.target.closest("[data-awaria]");
    if (incident) propose(openConversation(), incident.dataset.awaria);
    const doubt = event.target.closest("[data-popraw]");
    if (doubt) correct(doubt);
    if (event.target.closest("[data-mimo]")) sendAllTheSame();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const sent = event.detail.elt;
    if (sent?.id !== "odpowiedz" || event.detail.xhr.status !== 204) return;
    // The composer may have been drawn again while its message was on the way; another conversation's is left alone.
    const form = document.getElementById("odpowiedz");
    localStorage.removeItem(draftKey(conversationOf(sent)));
    if (form?.getAttribute("action") !== sent.getAttribute("action")) return;
    form.elements.tekst.value = "";
    form.elements.tekst.defaultValue = "";
    form.elements.klucz.value = newKey();
    form.elements.mimo.value = "";
    document.getElementById("podpowiedz").replaceChildren();
    form.elements.tekst.focus();
  });
}

const conversationOf = (form) => decodeURIComponent(form.getAttribute("action").split("/").at(-2));

// An emptied field is a draft too where a greeting was proposed: it stays empty when it is drawn again.
function keep(conversation) {
  const key = draftKey(conversation);
  if (field().value !== field().defaultValue) localStorage.setItem(key, field().value);
  else localStorage.removeItem(key);
}

// Canned replies: fetched once a conversation, because they are in this customer's form of address.
async function offer(conversation) {
  const typed = field().value;
  if (!typed.startsWith("/")) {
    menu().hidden = true;
    return;
  }
  if (menu().dataset.dla !== conversation) {
    menu().dataset.dla = conversation;
    const answer = await fetch(`/konsola/rozmowa/${encodeURIComponent(conversation)}/gotowe`).catch(() => null);
    if (answer?.ok) menu().innerHTML = await answer.text();
  }
  const wanted = typed.slice(1).toLowerCase();
  for (const reply of menu().children) reply.hidden = !reply.textContent.toLowerCase().includes(wanted) && !reply.dataset.skrot.startsWith(wanted);
  select(visible()[0]);
  menu().hidden = !visible().length;
}

const visible = () => [...menu().children].filter((reply) => !reply.hidden);
const selected = () => menu().querySelector('[aria-selected="true"]');

function select(reply) {
  selected()?.removeAttribute("aria-selected");
  reply?.setAttribute("aria-selected", "true");
  reply?.scrollIntoView({ block: "nearest" });
  field().setAttribute("aria-activedescendant", reply?.id ?? "");
}

function chooseByKey(event) {
  const replies = visible();
  const at = replies.indexOf(selected());
  if (event.key === "ArrowDown") select(replies[Math.min(at + 1, replies.length - 1)]);
  else if (event.key === "ArrowUp") select(replies[Math.max(at - 1, 0)]);
  else if (event.key === "Escape") menu().hidden = true;
  else if (event.key === "Enter" || event.key === "Tab") insert(selected());
  else return false;
  event.preventDefault();
  return true;
}

function insert(reply) {
  if (!reply) return;
  menu().hidden = true;
  write(reply.dataset.tekst);
  const gap = reply.dataset.tekst.indexOf("___");
  if (gap >= 0) field().setSelectionRange(gap, gap + 3);
}

// What a supervisor declared, in this customer's form of address; it stands before what was already written.
async function propose(conversation, incident) {
  const place = document.getElementById("komunikaty");
  if (!field()) {
    place.insertAdjacentHTML("beforeend", '<p class="komunikat" role="alert">Najpierw otwórz rozmowę, którą prowadzisz.</p>');
    return;
  }
  const answer = await fetch(`/konsola/rozmowa/${encodeURIComponent(conversation)}/awaria/${incident}`).catch(() => null);
  if (answer?.ok) write([await answer.text(), field().value].filter(Boolean).join("\n\n"));
}

function correct(doubt) {
  write(field().value.replace(doubt.dataset.popraw, doubt.dataset.na));
  doubt.closest("li").remove();
}

function write(text) {
  field().value = text;
  field().focus();
  field().dispatchEvent(new Event("input", { bubbles: true }));
}

function sendAllTheSame() {
  const form = document.getElementById("odpowiedz");
  form.elements.mimo.value = form.elements.tekst.value.trim();
  form.requestSubmit();
}
