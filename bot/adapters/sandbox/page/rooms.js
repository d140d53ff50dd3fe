// Which rooms there are, and which of them this tab shows: all, or the one that the address names.

export class Rooms {
  // `make(told)` builds a room as the server describes it.
  constructor(strip, make) {
    this.strip = strip;
    this.make = make;
    this.list = [];
    this.only = null; // the id of the one room that this tab is about
  }

  find(id) {
    return this.list.find((room) => room.id === id);
  }

  // Follows what the server tells of its rooms. Answers those that are new.
  take(told) {
    const known = new Map(this.list.map((room) => [room.id, room]));
    const added = [];
    this.list = told.map((one) => {
      const room = known.get(one.id);
      known.delete(one.id);
      if (room) room.follow(one);
      else added.push(this.make(one));
      return room ?? added.at(-1);
    });
    for (const gone of known.values()) gone.element.remove();
    this.place();
    this.showOnly(this.only);
    return added;
  }

  // Elements that are in the strip already stay where they are: a move would lose the focus.
  place() {
    let next = null;
    for (const { element } of [...this.list].reverse()) {
      if (!element.isConnected) this.strip.insertBefore(element, next);
      next = element;
    }
  }

  // All rooms where there is none of this id.
  showOnly(id) {
    this.only = this.find(id) ? id : null;
    for (const room of this.list) {
      room.element.hidden = this.only !== null && room.id !== this.only;
      if (!room.element.hidden) room.composer.changed(); // what is hidden has no height to measure
    }
    document.body.classList.toggle("solo", this.only !== null);
    document.body.classList.toggle("many", this.only !== null || this.list.length > 2);
  }

  // The room that the address asks for: /#room=ID.
  static asked() {
    const [, id] = location.hash.match(/^#room=(.+)$/) ?? [];
    return id ? decodeURIComponent(id) : null;
  }

  static address(id) {
    return `/#room=${encodeURIComponent(id)}`;
  }
}
