/** Owns finding the elements of index.html by their id, with their type checked. */

/** The element `#id`. Throws when the page has none of this type: page and script do not belong together then. */
export function find<Type extends Element>(id: string, type: new () => Type): Type {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new TypeError(`The page has no ${type.name} #${id}.`);
  return element;
}
