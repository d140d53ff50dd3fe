// All messages the page knows, and which of them stand for which original.

const messages = new Map();
const copies = new Map();

export const keyOf = (room, id) => `${room}/${id}`;
export const get = (room, id) => messages.get(keyOf(room, id)) ?? null;
export const sender = (personaId) => `sandbox:${personaId}`;

// Answers the originals whose state this changes.
export function put(message) {
  messages.set(keyOf(message.room, message.id), message);
  const origins = (message.origins ?? []).filter(({ platform }) => platform === "sandbox");
  for (const origin of origins) {
    const key = keyOf(origin.room, origin.id);
    if (!copies.has(key)) copies.set(key, new Set());
    copies.get(key).add(keyOf(message.room, message.id));
  }
  return origins.map((origin) => get(origin.room, origin.id)).filter(Boolean);
}

export function drop(message) {
  messages.delete(keyOf(message.room, message.id));
}

export function copiesOf(message) {
  const keys = copies.get(keyOf(message.room, message.id)) ?? [];
  return [...keys].map((key) => messages.get(key)).filter(Boolean);
}

export function originOf(message) {
  const origin = (message.origins ?? []).find(({ platform }) => platform === "sandbox");
  return origin ? get(origin.room, origin.id) : null;
}

export function isBy(message, personaId) {
  return !message.is_ours && message.person === sender(personaId);
}
