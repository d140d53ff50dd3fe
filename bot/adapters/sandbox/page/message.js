// One message as an element.

import { copiesOf, get } from "./book.js";
import { buttonsOf } from "./buttons.js";
import { el, icon } from "./dom.js";
import { filesOf, namesOf } from "./files.js";
import { clock, clockExactly, htmlLang, nameOf, seconds, t } from "./language.js";
import { avatarAddress } from "./personas.js";
import { reactionsOf } from "./reactions.js";
import { plain, rich } from "./rich.js";

const LONG = 900; // characters
const LONG_LINES = 18;

// `me` is the reader's persona; `isCrossing`: what has no copy yet is on its way. `on` holds what the room does: `jump(message)`,
// `press(button, message)`, `react(message, emoji, isAdded)`, `retry`, `discard`.
export function messageElement(message, { isMine, me, language, isCrossing, on }) {
  if (message.is_arrival) return arrivalOf(message);
  const side = isMine ? "mine" : "theirs";
  const element = el("article", {
    class: `message ${side}${message.isPending ? " pending" : ""}${message.isSample ? " sample" : ""}`,
    id: `m-${message.room}-${message.id}`,
    tabindex: "-1",
    "data-id": message.id,
    "data-person": `${message.is_ours}${message.person}${message.name}`,
    "data-at": message.sent_at ?? 0,
  });
  element.append(
    el("img", { class: "avatar", src: avatarAddress(message), alt: "", width: 36, height: 36 }),
    el(
      "div",
      { class: "body" },
      meta(message),
      bubble(message, language, on),
      buttonsOf(message.buttons, (button) => on.press(button, message)),
      reactionsOf(message, me, on.react),
      status(message, { isMine, isCrossing, on }),
    ),
  );
  return element;
}

export const nameOfAuthor = (message) => message.name || t("title");

// Somebody came in: a line of the room, which nobody answers.
function arrivalOf(message) {
  return el(
    "p",
    { class: "arrival", id: `m-${message.room}-${message.id}`, tabindex: "-1" },
    el("img", { class: "avatar", src: avatarAddress(message), alt: "", width: 22, height: 22 }),
    el("span", { dir: "auto" }, t("came-in", { name: message.name })),
    timeOf(message),
  );
}

function timeOf({ sent_at: at }) {
  return at ? el("time", { datetime: new Date(at).toISOString(), title: clockExactly(at) }, clock(at)) : null;
}

const isOwn = (message) => message.is_ours && !message.name;

function meta(message) {
  const asked = message.asked
    ? el("span", { class: "asked" }, t("asked-by", { name: message.asked_by, command: message.asked }))
    : null;
  return el(
    "header",
    { class: "meta" },
    el("span", { class: "name", dir: "auto" }, nameOfAuthor(message)),
    timeOf(message),
    asked,
  );
}

function bubble(message, language, on) {
  const bubble = el("div", { class: "bubble" });
  if (message.reply_to) bubble.append(quote(message, on));
  if (message.text.text) bubble.append(words(message.text, "text", message.is_ours || message.isSample ? language : null));
  if (message.picture) bubble.append(samplePicture(message.picture));
  if (message.local?.length) bubble.append(namesOf(message.local));
  if (message.files.length) bubble.append(filesOf(message.files));
  if (message.original) bubble.append(original(message));
  return bubble;
}

function words(text, className, language) {
  const lang = language ? htmlLang(language) : null;
  const element = el("div", { class: className, dir: "auto", lang }, rich(text));
  return isLong(text.text) ? foldable(element) : element;
}

function isLong(text) {
  return text.length > LONG || text.split("\n").length > LONG_LINES;
}

// A very long message shows its beginning until the reader wants all of it.
function foldable(element) {
  element.classList.add("folded");
  const toggle = el("button", { type: "button", class: "link unfold", "aria-expanded": "false" }, t("unfold"));
  toggle.addEventListener("click", (event) => {
    event.stopPropagation();
    const isFolded = element.classList.toggle("folded");
    toggle.setAttribute("aria-expanded", String(!isFolded));
    toggle.textContent = t(isFolded ? "unfold" : "fold");
  });
  return el("div", { class: "foldable" }, element, toggle);
}

function original(message) {
  const source = message.translation?.source;
  const lang = source && source !== "und" ? source : null;
  return el("div", { class: "source", hidden: true }, words(message.original, "original", lang));
}

function samplePicture(address) {
  return el("img", { class: "picture", src: address, alt: t("sample-picture"), width: 480, height: 320 });
}

function quote(message, on) {
  const answered = get(message.room, message.reply_to);
  const said = answered ? plain(answered.text) || t("answered-file") : t("answered-gone");
  return el(
    "button",
    { type: "button", class: "quote", disabled: !answered, onclick: () => on.jump(answered) },
    el("span", { class: "quote-name", dir: "auto" }, answered ? nameOfAuthor(answered) : ""),
    el("span", { class: "quote-text", dir: "auto" }, said),
  );
}

function status(message, { isMine, isCrossing, on }) {
  const line = el("footer", { class: "status" });
  if (message.isPending) line.append(...pending(message, on));
  else if (message.original || message.translation) line.append(...crossing(message));
  else if (isMine) line.append(...arrival(message, isCrossing));
  if (message.is_edited && !isOwn(message)) line.append(el("span", {}, t("edited")));
  return line.childElementCount ? line : null;
}

function pending(message, on) {
  if (!message.failure) return [el("span", {}, t("sending"))];
  return [
    el("span", { class: "failure", role: "alert" }, `${t("not-sent")} ${message.failure}`),
    el("button", { type: "button", class: "link", onclick: () => on.retry(message) }, t("retry")),
    el("button", { type: "button", class: "link", onclick: () => on.discard(message) }, t("discard")),
  ];
}

// Where nothing could be translated the text itself already says so.
const SAID_IN_TEXT = new Set(["no-model", "failed"]);

function crossing(message) {
  const made = message.translation;
  if (SAID_IN_TEXT.has(made?.label)) return [];
  const said = el("span", {}, made ? crossed(made) : t("original"));
  if (!message.original || made?.label) return [said];
  const toggle = el("button", { type: "button", class: "link", "aria-expanded": "false" }, t("show-original"));
  toggle.addEventListener("click", (event) => {
    event.stopPropagation();
    const block = toggle.closest(".body").querySelector(".source");
    block.hidden = !block.hidden;
    toggle.setAttribute("aria-expanded", String(!block.hidden));
    toggle.textContent = t(block.hidden ? "show-original" : "hide-original");
  });
  return [said, toggle];
}

export function crossed(made) {
  const names = { language: nameOf(made.target), source: nameOf(made.source) };
  if (!made.label) return t("translated-from", { language: names.source });
  return t(`untranslated-${made.label}`, { source: names.source, language: names.language });
}

function arrival(message, isCrossing) {
  const copies = copiesOf(message);
  if (!copies.length) {
    return isCrossing ? [el("span", { class: "crossing" }, t("crossing"))] : [];
  }
  const last = Math.max(...copies.map((copy) => copy.sent_at));
  const took = seconds(last - message.sent_at);
  return [el("span", { class: "arrived" }, icon("check"), t("arrived", { seconds: took }))];
}
