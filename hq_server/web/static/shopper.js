"use strict";
// How many characters are left, and one touch is one note. Without this, the page works the same.
for (const field of document.querySelectorAll("[data-counted]")) {
  const count = document.getElementById(field.dataset.counted);
  const tell = () => { count.textContent = `${[...field.value].length} / ${field.maxLength}`; };
  field.addEventListener("input", tell);
  tell();
}
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-once]")) return;
  const key = event.target.querySelector("button");
  key.disabled = true;
  // Back to this page by the browser's key: it may be sent again, and is kept once.
  addEventListener("pageshow", () => { key.disabled = false; });
});
