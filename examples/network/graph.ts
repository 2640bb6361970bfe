/** Makes a graph to look at: communities around hubs, loosely joined. The same at every start. */

export type Graph = {
  /** The community of each node. */
  readonly communities: readonly number[];
  readonly names: readonly string[];
  /** Pairs of nodes. */
  readonly edges: readonly (readonly [number, number])[];
};

/** A graph of `nodes` nodes in `communities` communities, with half as many edges again as nodes. */
export function makeGraph(nodes: number, communities: number): Graph {
  const random = randomNumbers(20);
  const members: number[][] = Array.from({ length: communities }, () => []);
  const edges: [number, number][] = [];
  const memberships: number[] = [];
  for (let node = 0; node < nodes; node += 1) {
    const community = node < communities ? node : Math.floor(random() ** 1.4 * communities);
    const others = members[community] ?? [];
    // The earlier a node came, the more links it has: the first few become hubs.
    const links = others.length > 6 && random() < 0.45 ? 2 : 1;
    for (let link = 0; link < links; link += 1) {
      const other = others[Math.floor(random() ** 2.6 * others.length)];
      if (other !== undefined) edges.push([node, other]);
    }
    others.push(node);
    memberships.push(community);
  }
  for (let bridge = 0; bridge < communities * 4; bridge += 1) {
    const from = members[bridge % communities] ?? [];
    const to = members[Math.floor(random() * communities)] ?? [];
    const a = from[Math.floor(random() * from.length)];
    const b = to[Math.floor(random() ** 3 * to.length)];
    if (a !== undefined && b !== undefined && a !== b) edges.push([a, b]);
  }
  return { communities: memberships, edges, names: memberships.map((_, node) => nameOf(node)) };
}

/** A name that can be spoken, another one for each of the first 3,600 nodes. */
function nameOf(node: number): string {
  const [first, second, third] = [BEGINNINGS, MIDDLES, ENDINGS];
  const at = (node * 1237) % (first.length * second.length * third.length);
  const begin = first[at % first.length] ?? "";
  const middle = second[Math.floor(at / first.length) % second.length] ?? "";
  return begin + middle + (third[Math.floor(at / first.length / second.length)] ?? "");
}

const BEGINNINGS = "Al Ber Cor Da El Fin Gal Hel Is Jo Ka Lu Mar No Or".split(" ");
const MIDDLES = "a ba di e la li ma mi na ni ra ri sa ti va vi".split(" ");
const ENDINGS = "da dor lan len lis mon na nel ra ren rin ron sa tan thea".split(" ");

/** Numbers from 0 to 1 that look random (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
