// Emoji that people give a message: their counts under it.

import { sender } from "./book.js";
import { el } from "./dom.js";
import { t } from "./language.js";

let offered = [];

export const emojis = () => offered;

export function offer(list) {
  offered = list;
}

// Whether this persona has given the emoji.
export function has(message, emoji, personaId) {
  const given = message.reactions?.find((one) => one.emoji === emoji);
  return Boolean(given?.people.some(({ person }) => person === sender(personaId)));
}

export function reactionsOf(message, me, react) {
  if (!message.reactions?.length) return null;
  return el("div", { class: "reactions" }, ...message.reactions.map((given) => chip(message, given, me, react)));
}

// `elsewhere` counts who holds it on the other side; what the page does not offer can't be pressed.
function chip(message, { emoji, people, elsewhere }, me, react) {
  const isMine = has(message, emoji, me);
  const count = people.length + elsewhere;
  const others = elsewhere ? [t("elsewhere", { count: elsewhere })] : [];
  const names = [...people.map(({ name }) => name), ...others].join(t("comma"));
  return el(
    "button",
    {
      type: "button",
      class: "reaction",
      "data-key": `reaction ${emoji}`,
      "aria-pressed": String(isMine),
      "aria-label": t("reacted", { emoji, count, names }),
      title: names,
      disabled: !offered.includes(emoji),
      onclick: () => react(message, emoji, !isMine),
    },
    el("span", { class: "emoji" }, emoji),
    el("span", { class: "count" }, String(count)),
  );
}
