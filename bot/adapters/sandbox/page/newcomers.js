// Made-up people who come into a room, and how the reader steps back out of their shoes.

import { el, icon } from "./dom.js";
import { language as speaking, t } from "./language.js";
import { AVATARS, create } from "./personas.js";

const NAMES = {
  en: ["Hazel", "Theo", "Juniper", "Milo", "Odette", "Rufus", "Wren", "Casper", "Tilly", "Otis", "Maple", "Felix"],
  zh: ["栗子", "小满", "南瓜", "阿橘", "青团", "小鹿", "豆包儿", "团子", "阿柚", "花卷", "小雪", "芝麻"],
  "zh-Hant": ["栗子", "小滿", "南瓜", "阿橘", "青團", "小鹿", "湯圓", "糰子", "阿柚", "花捲", "小雪", "芝麻"],
};

// Somebody whom `known` does not have yet, as long as there are names.
export function newcomer(language, known) {
  const taken = new Set(known.map(({ name }) => name));
  const names = NAMES[language ?? speaking()] ?? NAMES.en;
  const free = names.filter((name) => !taken.has(name));
  return create(any(free.length ? free : names), any(AVATARS));
}

const any = (list) => list[Math.floor(Math.random() * list.length)];

// Says whose shoes the reader is in, with the way back.
export function guestLine({ current, host }, goBack) {
  if (!host) return [];
  return [
    icon("person"),
    el("span", { class: "guest-text", dir: "auto" }, t("guest", { name: current.name })),
    el("button", { type: "button", class: "link", onclick: goBack }, t("back-to", { name: host.name })),
  ];
}
