// RichText → elements. Spans may nest or overlap, so the text is cut at every border.

import { el } from "./dom.js";
import { t } from "./language.js";

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strike: "s",
  code: "code",
  pre: "code",
  quote: "q",
  small: "small",
};
const ADDRESS = /https?:\/\/[^\s<>"“”‘’「」『』（）()，。！？；、]+[^\s<>"“”‘’「」『』（）()，。！？；、.,!?;:'\]]/giu;

export function rich(text) {
  const points = Array.from(text.text);
  const spans = text.spans.map(([start, end, style, value]) => ({ start, end, style, value }));
  const borders = new Set([0, points.length]);
  for (const { start, end } of spans) borders.add(start).add(end);
  const cuts = [...borders].filter((at) => at <= points.length).sort((a, b) => a - b);
  const nodes = document.createDocumentFragment();
  for (let at = 0; at + 1 < cuts.length; at += 1) {
    const [from, to] = [cuts[at], cuts[at + 1]];
    const inside = spans.filter((span) => span.start <= from && span.end >= to);
    nodes.append(styled(points.slice(from, to).join(""), inside));
  }
  return nodes;
}

export const plain = (text) => text.text.replace(/\s+/g, " ").trim();

function styled(words, spans) {
  const isCode = spans.some(({ style }) => style === "code" || style === "pre");
  const isLink = spans.some(({ style, value }) => style === "link" && isAddress(value));
  const start = isCode || isLink ? document.createTextNode(words) : linked(words);
  return spans.reduceRight((inner, span) => wrapped(inner, span), start);
}

function wrapped(inner, { style, value }) {
  if (style === "link") return isAddress(value) ? anchor(value, inner) : inner;
  if (style === "spoiler") return spoiler(inner);
  if (style === "mention" || style === "emoji") return el("span", { class: style }, inner);
  return style in TAGS ? el(TAGS[style], { class: style }, inner) : inner;
}

function spoiler(inner) {
  const show = (event) => {
    event.stopPropagation();
    hidden.replaceWith(el("span", { class: "spoiler shown" }, inner));
  };
  const hidden = el("button", { type: "button", class: "spoiler", "aria-label": t("spoiler"), onclick: show });
  hidden.append(el("span", { "aria-hidden": "true" }, inner.cloneNode(true)));
  return hidden;
}

function linked(words) {
  const nodes = document.createDocumentFragment();
  let at = 0;
  for (const found of words.matchAll(ADDRESS)) {
    nodes.append(words.slice(at, found.index), anchor(found[0], document.createTextNode(found[0])));
    at = found.index + found[0].length;
  }
  nodes.append(words.slice(at));
  return nodes;
}

function anchor(address, inner) {
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow" }, inner);
}

function isAddress(value) {
  return /^(https?:\/\/|mailto:)/i.test(value);
}
