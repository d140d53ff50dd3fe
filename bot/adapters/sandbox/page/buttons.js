// The buttons that a message or an answer offers.

import { el } from "./dom.js";

// `press(button)` is waited for: a second press meanwhile does nothing.
export function buttonsOf(buttons, press) {
  if (!buttons?.length) return null;
  return el("div", { class: "buttons" }, ...buttons.map((button) => element(button, press)));
}

function element(button, press) {
  const { label, style, action, argument } = button;
  const made = el("button", { type: "button", class: `button ${style}`, "data-key": `${action} ${argument}` }, label);
  made.addEventListener("click", async () => {
    if (made.getAttribute("aria-busy")) return;
    made.setAttribute("aria-busy", "true");
    await press(button);
    made.removeAttribute("aria-busy");
  });
  return made;
}
