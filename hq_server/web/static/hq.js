"use strict";
// Filters apply at once; a step that needs words asks for them before it is sent.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("form.act button");
  if (button) button.form.elements.note.required = button.hasAttribute("data-needs-note");
});
// What cannot be taken back asks once more.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-confirms]");
  if (button && !window.confirm(button.dataset.confirms)) event.preventDefault();
});
// Of some boxes only so many may be ticked: more would be refused after all was filled in.
const bound = (boxes) => {
  const full = boxes.querySelectorAll(":checked").length >= Number(boxes.dataset.most);
  for (const box of boxes.querySelectorAll("input:not(:checked)")) box.disabled = full;
};
document.addEventListener("change", (event) => {
  const boxes = event.target.closest("[data-most]");
  if (boxes) bound(boxes);
});
document.querySelectorAll("[data-most]").forEach(bound);
