/** Owns the order of nodes in a document. Render thread. */

import type { PageNode } from "./page-node.ts";

/** Whether a node stands before another one in the tree that both are in. */
export function isBefore(node: PageNode, other: PageNode): boolean {
  const [path, otherPath] = [pathTo(node), pathTo(other)];
  const at = path.findIndex((one, index) => one !== otherPath[index]);
  if (at < 0) return path.length < otherPath.length;
  const [mine, others] = [path[at], otherPath[at]];
  const siblings: readonly PageNode[] = path[at - 1]?.childNodes ?? [];
  if (mine === undefined || others === undefined) return others !== undefined;
  return siblings.indexOf(mine) < siblings.indexOf(others);
}

function pathTo(node: PageNode): PageNode[] {
  return node.parentNode === null ? [node] : [...pathTo(node.parentNode), node];
}
