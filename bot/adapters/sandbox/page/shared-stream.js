// One stream for all tabs of a browser, which opens no more than six connections to a server.
// Each tab knows how far it is: what it has had already it leaves out.

import { Stream } from "./stream.js";

const MOST = 500; // messages that are kept for tabs that come later
const tabs = new Set();
const last = new Map(); // "state", "rooms" and "clock", as they were told last
let kept = [];
let floor = 0; // what came up to here is not kept
let stream = null;

function begin({ revision, stamp }) {
  stream?.close();
  [kept, floor] = [[], revision];
  stream = new Stream({ revision, stamp: stream?.stamp ?? stamp }, tell);
}

function tell(event) {
  if (event.name === "message") keep(event);
  else if (event.name === "reset") forget();
  else last.set(event.name, event);
  for (const tab of tabs) tab.postMessage(event);
}

function keep(event) {
  kept.push(event);
  if (kept.length > MOST) floor = kept.shift().revision;
}

function forget() {
  stream.close();
  stream = null;
  last.clear();
}

function join(tab, place) {
  tabs.add(tab);
  if (!stream || place.revision < floor) begin(place);
  for (const event of [...last.values(), ...kept]) tab.postMessage(event);
}

addEventListener("connect", ({ ports: [tab] }) => {
  tab.onmessage = ({ data: { asked, place } }) => {
    if (asked === "join") join(tab, place);
    else if (asked === "again") stream?.again();
    else tabs.delete(tab);
  };
});
