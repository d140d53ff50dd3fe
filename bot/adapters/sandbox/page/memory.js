// What this browser remembers. A browser that refuses storage forgets, and nothing else breaks.

const PREFIX = "catbridge.";

export function recall(key, otherwise = null) {
  try {
    const stored = localStorage.getItem(PREFIX + key);
    return stored === null ? otherwise : JSON.parse(stored);
  } catch {
    return otherwise;
  }
}

export function remember(key, value) {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    return;
  }
}

// crypto.randomUUID is absent where the page is opened over plain HTTP from another machine.
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
