/** Owns finding the elements of index.html by their id, with their type checked, and making more. */

/** The element `#id`. Throws when the page has none of this type: page and script do not belong together then. */
export function find<Type extends Element>(id: string, type: new () => Type): Type {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new TypeError(`The page has no ${type.name} #${id}.`);
  return element;
}

/** A new element of a class, with what is in it. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  ...content: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  if (className !== "") element.className = className;
  element.append(...content);
  return element;
}

/** A button that shows text. */
export function makeButton(className: string, text: string, act: () => void): HTMLButtonElement {
  const button = make("button", className, text);
  button.type = "button";
  button.addEventListener("click", act);
  return button;
}

/** A copy of the icon `#icon-<name>` of index.html. */
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
