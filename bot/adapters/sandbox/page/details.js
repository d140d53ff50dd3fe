// What a step of the translation says of itself, in the reader's words.

import { knows, nameOf, t } from "./language.js";

export function labelOf({ name }) {
  return knows(`step-${name}`) ? t(`step-${name}`) : name;
}

export function detailOf({ name, detail }) {
  if (name === "language") return nameOf(detail);
  if (name === "script") return nameOf(detail === "Hant" ? "zh-Hant" : "zh");
  if (name === "shield") return detail === "0" ? t("nothing-shielded") : counted(detail, "kind");
  if (name === "checks") return detail === "ok" ? t("checks-ok") : caught(detail);
  if (name === "engine") return sentences(detail);
  if (name === "memory" && detail === "whole") return t("memory-whole");
  return detail;
}

// "3: emoji 1, link 2" or "echo 1"
function counted(detail, group) {
  const named = detail.replace(/^\d+: /, "").split(", ");
  return named.map((entry) => one(entry, group)).join(t("comma"));
}

function caught(detail) {
  return t("checks-caught", { faults: counted(detail, "fault") });
}

function one(entry, group) {
  const [, word, amount] = /^(.+) (\d+)$/.exec(entry) ?? [null, entry, ""];
  const key = `${group}-${word}`;
  return `${knows(key) ? t(key) : word}${amount ? ` × ${amount}` : ""}`;
}

// "argos 2: 2 of 2" or "argos 1, phrasebook 1: 2 of 3"
function sentences(detail) {
  const found = /^(.+): (\d+) of (\d+)$/.exec(detail);
  if (!found) return detail;
  const [, sayers, done, all] = found;
  const engine = sayers.includes(", ") ? counted(sayers, "engine") : one(sayers.replace(/ \d+$/, ""), "engine");
  const key = done === all ? "engine-all" : "engine-some";
  return t(key, { engine, done, all });
}
