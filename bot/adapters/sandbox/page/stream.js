// Every change as the server tells it, taken up again where it was cut. Runs in a page or a worker.

const LONGEST_WAIT = 8000;

export class Stream {
  // `tell` gets {name, content}, and {revision} of a message: "message", "rooms", "clock", "reset",
  // and "state", which is "connected" or "reconnecting".
  constructor({ revision, stamp }, tell) {
    this.revision = revision;
    this.stamp = stamp;
    this.tell = tell;
    this.wait = 500;
    this.open();
  }

  open() {
    this.source = new EventSource(`/api/events?after=${this.revision}&rooms=${this.stamp}`);
    this.source.addEventListener("open", () => {
      this.wait = 500;
      this.tell({ name: "state", content: "connected" });
    });
    for (const name of ["message", "rooms", "clock", "reset"]) {
      this.source.addEventListener(name, (event) => this.take(name, event));
    }
    this.source.addEventListener("error", () => this.lost());
  }

  take(name, event) {
    const content = JSON.parse(event.data);
    const revision = Number(event.lastEventId);
    if (name === "message") this.revision = Math.max(this.revision, revision);
    if (name === "rooms") this.stamp = content.stamp;
    if (name === "clock") content.lead = content.now - Date.now(); // tabs may hear of it much later
    this.tell({ name, content, revision });
  }

  lost() {
    this.source.close();
    clearTimeout(this.timer);
    this.tell({ name: "state", content: "reconnecting" });
    this.timer = setTimeout(() => this.again(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  again() {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.timer = null;
    this.open();
  }

  close() {
    clearTimeout(this.timer);
    this.timer = null;
    this.source.close();
  }
}
