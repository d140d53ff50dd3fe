// Messages on their way to the server: shown at once, kept until they are durable, sent again on
// request under the same key, so that a retry never doubles one.

import * as api from "./api.js";
import { sender } from "./book.js";
import { newKey } from "./memory.js";
import { now } from "./time.js";

export class Outgoing {
  constructor(room) {
    this.room = room;
    this.byKey = new Map();
  }

  get waiting() {
    return [...this.byKey.values()];
  }

  start({ text, files, replyTo }) {
    const persona = this.room.personas.current;
    const key = newKey();
    const message = {
      id: `pending-${key}`,
      key,
      room: this.room.id,
      isPending: true,
      is_ours: false,
      person: sender(persona.id),
      persona,
      name: persona.name,
      avatar: persona.avatar,
      text: { text, spans: [] },
      files: [],
      local: files,
      uploaded: [],
      reply_to: replyTo?.id ?? null,
      sent_at: now(),
    };
    this.byKey.set(key, message);
    this.room.feed.append(this.room.render(message));
    return this.send(message);
  }

  async send(message) {
    message.failure = null;
    this.room.redraw(message);
    try {
      await this.upload(message);
      this.room.app.receive(await this.post(message));
    } catch (error) {
      message.failure = error.message;
      message.uploaded = [];
      this.room.redraw(message);
    }
  }

  async upload(message) {
    for (const file of message.local.slice(message.uploaded.length)) {
      message.uploaded.push(await api.upload(file));
    }
  }

  post({ key, persona, text, reply_to, uploaded }) {
    return api.post(this.room.id, { key, persona, text: text.text, reply_to, files: uploaded });
  }

  // The message of this key is in the room now: its stand-in goes.
  arrived(key) {
    const message = this.byKey.get(key);
    if (message) this.discard(message);
  }

  discard(message) {
    this.byKey.delete(message.key);
    const element = this.room.elementOf(message.id);
    if (element) this.room.feed.remove(element);
  }
}
