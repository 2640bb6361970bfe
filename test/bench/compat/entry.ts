/** The scene module of one case, named by the query of the page's address: `?case=materials/standard`. */

import { defineScene } from "scenecast/scene";
import type { Case } from "./case.ts";

const groups: Readonly<Record<string, () => Promise<{ readonly cases: Readonly<Record<string, Case>> }>>> = {
  addons: () => import("./addons.ts"),
  images: () => import("./images.ts"),
  labels: () => import("./labels.ts"),
  libraries: () => import("./libraries.ts"),
  light: () => import("./light.ts"),
  materials: () => import("./materials.ts"),
  models: () => import("./models.ts"),
  objects: () => import("./objects.ts"),
  passes: () => import("./passes.ts"),
  text: () => import("./text.ts"),
};

/** The names of all cases, "group/case". */
export async function caseNames(): Promise<string[]> {
  const named = Object.entries(groups).map(async ([group, load]) =>
    Object.keys((await load()).cases).map((name) => `${group}/${name}`),
  );
  return (await Promise.all(named)).flat();
}

/** The case of this name. Rejects where there is none. */
export async function caseOf(name: string): Promise<Case> {
  const [group = "", rest = ""] = name.split("/");
  const draw = (await groups[group]?.())?.cases[rest];
  if (draw === undefined) throw new Error(`There is no case "${name}".`);
  return draw;
}

export default defineScene({
  async setup(context) {
    const draw = await caseOf(new URL(location.href).searchParams.get("case") ?? "");
    return draw(context);
  },
});
