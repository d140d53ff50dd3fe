// The commands that fit what is typed, as a list to choose from with keys or a finger.

import * as api from "./api.js";
import { el } from "./dom.js";
import { language, t } from "./language.js";

const known = new Map();

export async function commands() {
  const asked = language();
  if (!known.has(asked)) known.set(asked, await api.commands());
  return known.get(asked);
}

// What the menu of a message offers, as far as it has been loaded.
export function menuEntries(isMod) {
  const all = known.get(language()) ?? [];
  return all.filter((command) => command.menu && (isMod || !command.is_for_mods));
}

export class Completion {
  // `input` is the text area; `take(text)` writes a choice into it.
  constructor(input, name, { take, isMod }) {
    this.input = input;
    this.on = { take, isMod };
    this.id = `commands-${name}`;
    this.element = el("div", { class: "completion", id: this.id, role: "listbox", hidden: true });
    this.options = [];
    this.at = 0;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.id);
    input.setAttribute("aria-expanded", "false");
  }

  get isOpen() {
    return !this.element.hidden;
  }

  async update() {
    const typed = this.input.value;
    if (!typed.startsWith("/") || typed.includes("\n")) return this.close();
    const all = await commands().catch(() => []);
    if (this.input.value !== typed) return;
    const isMod = this.on.isMod();
    const [open, shut] = [[], []];
    for (const command of all) (isMod || !command.is_for_mods ? open : shut).push(command);
    this.show(typed.slice(1), open, shut);
  }

  // `shut` are the commands that this reader may not use.
  show(typed, all, shut) {
    const command = all.find(({ name }) => typed === name || typed.startsWith(`${name} `));
    const isBegun = command && typed.startsWith(`${command.name} `);
    const options = isBegun ? parameterOptions(command, typed) : commandOptions(all, shut, typed.toLowerCase());
    this.options = options.filter((option) => option.text !== null);
    this.at = 0;
    if (!options.length) return this.close();
    this.element.setAttribute("aria-label", t("commands"));
    let number = 0;
    this.element.replaceChildren(
      ...options.map((option) => (option.text === null ? option.element : this.choice(option, number++))),
    );
    this.element.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.mark();
  }

  choice(option, number) {
    const { element } = option;
    element.id = `${this.id}-${number}`;
    element.setAttribute("role", "option");
    element.addEventListener("pointerdown", (event) => event.preventDefault());
    element.addEventListener("click", () => this.on.take(option.text));
    return element;
  }

  mark() {
    this.options.forEach(({ element }, number) => {
      element.setAttribute("aria-selected", String(number === this.at));
      if (number === this.at) element.scrollIntoView({ block: "nearest" });
    });
    const chosen = this.options[this.at];
    if (chosen) this.input.setAttribute("aria-activedescendant", chosen.element.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  // Answers whether the key was meant for the list.
  key(event) {
    if (!this.isOpen) return false;
    if (event.key === "Escape") this.close();
    else if (!this.options.length) return false;
    else if (event.key === "ArrowDown") this.at = (this.at + 1) % this.options.length;
    else if (event.key === "ArrowUp") this.at = (this.at + this.options.length - 1) % this.options.length;
    else if (event.key === "Tab" || (event.key === "Enter" && this.changesText())) {
      this.on.take(this.options[this.at].text);
    } else return false;
    event.preventDefault();
    if (this.isOpen) this.mark();
    return true;
  }

  // Enter on a command that is written out sends it.
  changesText() {
    return this.options[this.at].text.trim() !== this.input.value.trim();
  }

  close() {
    this.element.hidden = true;
    this.options = [];
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

function commandOptions(all, shut, typed) {
  const fits = ({ name }) => name.startsWith(typed) || name.includes(` ${typed}`);
  const fitting = all.filter(fits);
  if (!fitting.length) {
    const why = t(shut.some((one) => fits(one) || typed.startsWith(`${one.name} `)) ? "mods-only" : "no-command");
    return [{ text: null, element: el("p", { class: "hint" }, why) }];
  }
  return fitting.map((command) => ({
    text: `/${command.name} `,
    element: el(
      "div",
      { class: "option" },
      el("span", { class: "option-name" }, `/${command.name}`, ...command.parameters.map(slot)),
      command.is_for_mods ? el("span", { class: "tag" }, t("for-mods")) : null,
      el("span", { class: "option-text" }, command.describe),
    ),
  }));
}

// What the parameter being typed means, and its choices where it has some.
function parameterOptions(command, typed) {
  const words = typed.slice(command.name.length + 1).split(" ");
  const number = Math.min(words.length, command.parameters.length) - 1;
  const parameter = command.parameters[number];
  if (!parameter) return [];
  const hint = el(
    "p",
    { class: "hint" },
    el("span", { class: "option-name" }, `/${command.name}`, ...command.parameters.map((other) => slot(other, parameter))),
    el("span", { class: "option-text" }, parameter.describe),
  );
  const begun = `/${command.name} ${words.slice(0, number).map((word) => `${word} `).join("")}`;
  const choices = parameter.choices.filter(({ value }) => value.startsWith(words[number] ?? ""));
  return [
    { text: null, element: hint },
    ...choices.map(({ value, label }) => ({
      text: `${begun}${value} `,
      element: el("div", { class: "option" }, el("span", { class: "option-name" }, value), el("span", { class: "option-text" }, label)),
    })),
  ];
}

function slot(parameter, current = null) {
  const isNow = parameter === current;
  const name = parameter.is_required ? parameter.name : `${parameter.name}?`;
  return el("span", { class: isNow ? "slot now" : "slot", title: parameter.is_required ? null : t("optional") }, name);
}
