/** Owns what the page remembers from one visit to the next. Storage may be full or forbidden; then nothing is kept. */

const PREFIX = "scenecast.";

export function readPreference(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

export function writePreference(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // Forgotten at the next visit, which harms nobody.
  }
}
