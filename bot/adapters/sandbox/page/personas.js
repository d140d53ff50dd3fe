// Who the reader plays in each room: kept in this browser only.

import { language as speaking } from "./language.js";
import { newKey, recall, remember } from "./memory.js";

export const AVATARS = ["tabby", "ginger", "tux", "calico", "siamese", "black", "white", "grey"];
const FIRST = {
  en: [["Sam", "ginger"], ["Robin", "tux"], ["Mei-Lin", "white"]],
  zh: [["小雨", "calico"], ["阿哲", "grey"], ["橙子", "tabby"]],
  "zh-Hant": [["小雨", "calico"], ["阿哲", "grey"], ["橙子", "tabby"]],
};

export class Personas {
  // A room of no language yet has people who speak the page's; `first` is which of them comes first.
  constructor(room, language, first = 0) {
    this.key = `personas.${room}`;
    const kept = recall(this.key);
    this.all = kept?.all ?? turned(FIRST[language ?? speaking()] ?? FIRST.en, first).map(([name, avatar]) => create(name, avatar));
    this.id = kept?.id ?? this.all[0].id;
    this.hostId = kept?.hostId ?? null; // who the reader was before somebody new came in
    this.keep();
  }

  get current() {
    return this.all.find(({ id }) => id === this.id) ?? this.all[0];
  }

  get host() {
    return this.all.find(({ id }) => id === this.hostId) ?? null;
  }

  // The reader plays somebody new, and can go back.
  arrive(persona) {
    const host = this.hostId ?? this.id;
    this.choose(persona);
    this.hostId = host;
    this.keep();
  }

  choose(persona) {
    const known = this.all.findIndex(({ id }) => id === persona.id);
    if (known < 0) this.all.push(persona);
    else this.all[known] = persona;
    if (persona.id !== this.id) this.hostId = null;
    this.id = persona.id;
    this.keep();
  }

  keep() {
    remember(this.key, { id: this.id, hostId: this.hostId, all: this.all });
  }
}

const turned = (people, by) => [...people.slice(by), ...people.slice(0, by)];

export function create(name, avatar) {
  return { id: newKey(), name, avatar };
}

export function avatarAddress(message) {
  if (message.is_ours && !message.name) return "/page/avatars/bridge.svg";
  const name = AVATARS.includes(message.avatar) ? message.avatar : fitting(message.person);
  return `/page/avatars/${name}.svg`;
}

// People from elsewhere get a cat too, always the same one.
function fitting(person) {
  let sum = 0;
  for (const character of person) sum = (sum * 31 + character.codePointAt(0)) >>> 0;
  return AVATARS[sum % AVATARS.length];
}
