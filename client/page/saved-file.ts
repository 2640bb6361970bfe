/** Owns giving a person a file: under a name that every system takes, as a download. */

/** Offers bytes as a download. */
export function saveFile(bytes: Blob, name: string): void {
  const url = URL.createObjectURL(bytes);
  saveFrom(url, name);
  // The download reads the URL after the click returned.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Has the browser download what is at an address; "" for the name that the server gives it. */
export function saveFrom(url: string, name: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}

/** The title and the local time, with an ending such as `png`. */
export function fileName(title: string, time: Date, ending: string): string {
  const name = title.replaceAll(/[^\p{L}\p{N}]+/gu, "-").replaceAll(/^-+|-+$/g, "");
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join("");
  return `${name === "" ? "scene" : name.slice(0, 60)}-${day}-${clock}.${ending}`;
}
