/** The scene module of one case, named by the query of its own address: `entry.ts?case=materials/standard`. */

import { defineScene } from "scenecast/scene";
import type { Case } from "./case.ts";

const groups: Readonly<Record<string, () => Promise<{ readonly cases: Readonly<Record<string, Case>> }>>> = {
  light: () => import("./light.ts"),
  materials: () => import("./materials.ts"),
  objects: () => import("./objects.ts"),
  passes: () => import("./passes.ts"),
};

/** The names of all cases, "group/case". */
export async function caseNames(): Promise<string[]> {
  const named = Object.entries(groups).map(async ([group, load]) =>
    Object.keys((await load()).cases).map((name) => `${group}/${name}`),
  );
  return (await Promise.all(named)).flat();
}

export default defineScene({
  async setup(context) {
    const [group = "", name = ""] = (new URL(import.meta.url).searchParams.get("case") ?? "").split("/");
    const draw = (await groups[group]?.())?.cases[name];
    if (draw === undefined) throw new Error(`There is no case "${group}/${name}".`);
    return draw(context);
  },
});
