// The page's settings: its language, its appearance, and whether the reader is a mod.

import { el } from "./dom.js";
import { LANGUAGES, htmlLang, language, speak, t } from "./language.js";
import { recall, remember } from "./memory.js";

const THEMES = ["auto", "light", "dark"];
let isModNow = recall("mod", false);

export const isMod = () => isModNow;

export function applyTheme(theme = recall("theme", "auto")) {
  remember("theme", theme);
  document.documentElement.dataset.theme = theme;
}

export class Settings {
  // `changed()` follows the mod switch; `bringSampleBack()` shows the sample again.
  constructor(menu, badge, { changed, bringSampleBack }) {
    this.menu = menu;
    this.badge = badge;
    this.on = { changed, bringSampleBack };
    badge.addEventListener("click", () => this.setMod(false));
  }

  draw() {
    const focused = this.menu.contains(document.activeElement) && document.activeElement.name;
    this.menu.setAttribute("aria-label", t("settings"));
    this.menu.replaceChildren(
      choices("language", Object.keys(LANGUAGES), language(), (code) => LANGUAGES[code], speak),
      choices("theme", THEMES, recall("theme", "auto"), (theme) => t(`theme-${theme}`), applyTheme),
      this.modSwitch(),
      el("button", { type: "button", class: "link", onclick: () => this.on.bringSampleBack() }, t("bring-sample-back")),
    );
    if (focused) this.menu.querySelector(`[name="${focused}"]:checked`)?.focus();
    this.badge.hidden = !isModNow;
    this.badge.textContent = t("for-mods");
    this.badge.title = t("mod");
  }

  modSwitch() {
    const input = el("input", { type: "checkbox", role: "switch", name: "mod", class: "switch", checked: isModNow });
    input.addEventListener("change", () => this.setMod(input.checked));
    return el(
      "label",
      { class: "mod" },
      el("span", {}, el("strong", {}, t("mod")), el("small", {}, t("mod-hint"))),
      input,
    );
  }

  setMod(isOn) {
    isModNow = isOn;
    remember("mod", isOn);
    this.draw();
    this.on.changed();
  }
}

function choices(name, values, current, label, choose) {
  const options = values.map((value) => {
    const input = el("input", { type: "radio", name, value, checked: value === current });
    input.addEventListener("change", () => choose(value));
    const lang = name === "language" ? htmlLang(value) : null;
    return el("label", { class: "choice", lang }, input, el("span", {}, label(value)));
  });
  return el("fieldset", {}, el("legend", {}, t(name)), el("div", { class: "choices" }, ...options));
}
