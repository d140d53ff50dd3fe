// The page's own language: the browser's at first, then the reader's choice.

import { recall, remember } from "./memory.js";
import { STRINGS } from "./strings.js";
import { now } from "./time.js";

export const LANGUAGES = { en: "English", zh: "简体中文", "zh-Hant": "繁體中文" };
const COLUMNS = Object.keys(LANGUAGES);
const HTML_LANG = { en: "en", zh: "zh-Hans", "zh-Hant": "zh-Hant" };

let current = recall("language") ?? fromBrowser();
const listeners = new Set();

function fromBrowser() {
  for (const tag of navigator.languages ?? []) {
    if (/^zh(-|$)/i.test(tag)) return /hant|tw|hk|mo/i.test(tag) ? "zh-Hant" : "zh";
    if (/^en(-|$)/i.test(tag)) return "en";
  }
  return "en";
}

export const language = () => current;
export const htmlLang = (code) => HTML_LANG[code] ?? code;

export function t(key, values = {}) {
  const sentence = STRINGS[key]?.[COLUMNS.indexOf(current)] ?? key;
  return sentence.replace(/( ?)\{(\w+)\}( ?)/g, (whole, before, name, after, at) => {
    if (!(name in values)) return whole;
    const value = String(values[name]);
    const left = isHan(sentence[at - 1]) && isHan(value[0]) ? "" : before;
    const right = isHan(value.at(-1)) && isHan(sentence[at + whole.length]) ? "" : after;
    return left + value + right;
  });
}

// Between Latin and Han stands a space, between Han and Han none: “小雨来了”, “Sam 来了”.
const isHan = (character) => /\p{Script=Han}/u.test(character ?? "");

export function knows(key) {
  return key in STRINGS;
}

export function nameOf(code) {
  const key = `language-name-${code}`;
  return knows(key) ? t(key) : code;
}

export function speak(code) {
  current = code;
  remember("language", code);
  announce();
}

export function announce() {
  document.documentElement.lang = htmlLang(current);
  document.title = `${t("title")} ${t("title-other")}`;
  for (const listener of listeners) listener();
}

// Calls `listener` now and after every change of language.
export function spoken(listener) {
  listeners.add(listener);
  listener();
}

export function clock(milliseconds) {
  const date = new Date(milliseconds);
  const isToday = date.toDateString() === new Date(now()).toDateString();
  const shown = { hour: "numeric", minute: "2-digit" };
  if (!isToday) Object.assign(shown, { month: "short", day: "numeric" });
  return new Intl.DateTimeFormat(htmlLang(current), shown).format(date);
}

export function clockToTheSecond(milliseconds) {
  const shown = { hour: "numeric", minute: "2-digit", second: "2-digit" };
  return new Intl.DateTimeFormat(htmlLang(current), shown).format(new Date(milliseconds));
}

export function clockExactly(milliseconds) {
  const shown = { dateStyle: "medium", timeStyle: "medium" };
  return new Intl.DateTimeFormat(htmlLang(current), shown).format(new Date(milliseconds));
}

// What the clocks on the wall say now in an IANA zone.
export function clockIn(zone) {
  const time = inZone(zone, { hour: "numeric", minute: "2-digit" }).format(now());
  return `${inZone(zone, { weekday: "short" }).format(now())} ${time}`;
}

export function longClockIn(zone) {
  return inZone(zone, { weekday: "short", month: "short", day: "numeric", hour: "numeric", minute: "2-digit" }).format(now());
}

export function zoneName(zone) {
  const parts = inZone(zone, { timeZoneName: "longGeneric" }).formatToParts(now());
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? zone;
}

function inZone(timeZone, shown) {
  return new Intl.DateTimeFormat(htmlLang(current), { ...shown, timeZone });
}

export function seconds(milliseconds) {
  return (Math.max(0, milliseconds) / 1000).toFixed(milliseconds < 9950 ? 1 : 0);
}
