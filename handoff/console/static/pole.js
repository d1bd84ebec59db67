// The composer: Enter sends, drafts are kept, a message that failed to leave can be sent again under its own key.

const draftKey = (conversation) => `szkic:${conversation}`;

export function restoreDraft(conversation) {
  const field = document.getElementById("tekst");
  if (field && conversation && !field.value) field.value = localStorage.getItem(draftKey(conversation)) ?? "";
}

export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function followComposer(openConversation) {
  document.addEventListener("input", (event) => {
    if (event.target.id !== "tekst") return;
    const key = draftKey(openConversation());
    if (event.target.value) localStorage.setItem(key, event.target.value);
    else localStorage.removeItem(key);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "tekst" || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (event.target.value.trim()) event.target.form.requestSubmit();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target;
    if (form.id !== "odpowiedz" || !event.detail.successful) return;
    form.elements.tekst.value = "";
    form.elements.klucz.value = newKey();
    localStorage.removeItem(draftKey(openConversation()));
    form.elements.tekst.focus();
  });
}
