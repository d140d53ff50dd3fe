// Talks to the server. A failure is an Error whose message is a sentence for the reader.

import { language, t } from "./language.js";

async function ask(method, address, body) {
  const headers = { "Accept-Language": language() };
  const request = { method, headers, cache: "no-store" };
  if (body instanceof Blob) request.body = body;
  else if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(address, request);
  } catch {
    throw new Error(t("offline"));
  }
  return read(response);
}

async function read(response) {
  if (response.status === 204) return null;
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  const content = isJson ? await response.json() : null;
  if (response.ok) return content;
  throw new Error(content?.error ?? t("went-wrong"));
}

const room = (id) => `/api/rooms/${encodeURIComponent(id)}/messages`;

export const state = () => ask("GET", "/api/state");
export const newest = (id) => ask("GET", room(id));
export const makeRoom = (body) => ask("POST", "/api/rooms", body);
export const removeRoom = (id) => ask("DELETE", `/api/rooms/${encodeURIComponent(id)}`);
export const older = (id, before) => ask("GET", `${room(id)}?before=${before}`);
export const post = (id, message) => ask("POST", room(id), message);
export const edit = (id, message, body) => ask("PATCH", `${room(id)}/${message}`, body);
export const remove = (id, message, body) => ask("DELETE", `${room(id)}/${message}`, body);
export const commands = () => ask("GET", `/api/commands?language=${language()}`);
export const command = (body) => ask("POST", "/api/commands", body);
export const press = (body) => ask("POST", "/api/press", body);

export const react = (id, message, body) => ask("POST", `${room(id)}/${message}/reactions`, body);
export const arrive = (id, body) => ask("POST", `/api/rooms/${encodeURIComponent(id)}/arrivals`, body);
export const pictures = () => ask("GET", "/api/pictures");
export const clock = () => ask("GET", "/api/clock");
export const advance = (hours) => ask("POST", "/api/clock", { hours });

export function upload(file) {
  const blob = new Blob([file], { type: "application/octet-stream" });
  return ask("POST", `/api/files?name=${encodeURIComponent(file.name || "file")}`, blob);
}
