/** Owns the small round sign of a person: initials on the person's colour. */

import { type Person, textColorOn } from "../index.ts";
import { make } from "./elements.ts";
import { initialsOf } from "./people-words.ts";

export function makeAvatar(): HTMLElement {
  const avatar = make("span", "avatar");
  avatar.ariaHidden = "true";
  return avatar;
}

export function dressAvatar(avatar: HTMLElement, { name, color, isAway }: Person): void {
  avatar.textContent = initialsOf(name);
  avatar.style.background = color;
  avatar.style.color = textColorOn(color);
  avatar.toggleAttribute("data-away", isAway);
}
