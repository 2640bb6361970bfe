/** Owns finding the elements of a page by their id, with their type checked, and making more. */

import { makeButton } from "../panels/make.ts";

export { make, makeButton } from "../panels/make.ts";

/** The element `#id`. Throws when the page has none of this type: page and script do not belong together then. */
export function find<Type extends Element>(id: string, type: new () => Type): Type {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new TypeError(`The page has no ${type.name} #${id}.`);
  return element;
}

/** Shows text, and hides what has none. Writes only what changed: a screen reader says it once, and what is selected stays so. */
export function setText(element: HTMLElement, text: string | null): void {
  element.hidden = text === null;
  if (element.textContent !== (text ?? "")) element.textContent = text;
}

/** A copy of the icon `#icon-<name>` of the page. */
export function makeIcon(name: string): Node {
  return find(`icon-${name}`, HTMLTemplateElement).content.cloneNode(true);
}

/** A button that shows an icon and says what it does. */
export function makeTool(icon: string, label: string, act: () => void): HTMLButtonElement {
  const button = makeButton("tool", "", act);
  button.append(makeIcon(icon));
  button.ariaLabel = label;
  button.title = label;
  return button;
}
