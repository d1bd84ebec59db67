// Messages at the screen's edge: refusals from the server, until there was time to read them.

const edge = document.getElementById("komunikaty");

// Heard at the request itself: the button that was pressed may be gone before the answer is here, and htmx with it.
document.body.addEventListener("htmx:beforeSend", ({ detail: { xhr } }) => {
  xhr.addEventListener("load", () => {
    if (xhr.getResponseHeader("X-Komunikat")) edge.insertAdjacentHTML("beforeend", xhr.response);
  });
});

new MutationObserver((changes) => {
  for (const change of changes) for (const line of change.addedNodes) setTimeout(() => line.remove?.(), 8000);
}).observe(edge, { childList: true });
