/** Owns reading the public interface, as typedoc sees it in `dist/`, and whether each part of it is documented. */

import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import {
  Application,
  type Comment,
  Converter,
  type DeclarationReflection,
  Logger,
  LogLevel,
  type ProjectReflection,
  ReflectionKind,
} from "typedoc";

const root = fileURLToPath(new URL("../../", import.meta.url));
const pages = `${root}docs`;

/** What a program imports, and the file that this means. */
const entryPoints = {
  scenecast: "server/index.ts",
  "scenecast/scene": "server/render/scene.ts",
  "scenecast/movie": "server/movies/index.ts",
  "scenecast/client": "client/index.ts",
  "scenecast/element": "client/element/index.ts",
  "scenecast/frame": "client/frame/index.ts",
  "scenecast/react": "client/react/index.ts",
} as const;
export type EntryPoint = keyof typeof entryPoints;

const documentedKinds = [
  "Variable",
  "Function",
  "Class",
  "Interface",
  "TypeAlias",
  "Method",
  "Accessor",
  "CallSignature",
  "GetSignature",
] as const satisfies readonly ReflectionKind.KindString[];

/** Keeps what typedoc complains about instead of printing it. */
class Complaints extends Logger {
  readonly sentences: string[] = [];

  override log(message: string, level: LogLevel): void {
    if (level >= LogLevel.Warn) this.sentences.push(message);
  }
}

export class ApiDocs {
  readonly #app: Application;
  readonly #project: ProjectReflection;
  readonly #complaints: readonly string[];

  /** Reads what was compiled last. */
  static async read(): Promise<ApiDocs> {
    const app = await Application.bootstrap({
      entryPoints: Object.values(entryPoints).map((file) => `${root}${file}`),
      tsconfig: `${root}test/tsconfig.json`,
      name: "Scenecast",
      readme: "none",
      disableSources: true,
      sort: ["source-order"],
      excludePrivate: true,
      excludeInternal: true,
      // The compiler has just said what is wrong with the types.
      skipErrorChecking: true,
      requiredToBeDocumented: [...documentedKinds],
      validation: { notDocumented: true, notExported: true, invalidLink: true, rewrittenLink: true, invalidPath: true },
    });
    const logger = new Complaints();
    app.logger = logger;
    app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => nameModules(project));
    const project = await app.convert();
    if (project === undefined) throw new Error(`typedoc could not read the interface:\n${logger.sentences.join("\n")}`);
    app.validate(project);
    return new ApiDocs(app, project, logger.sentences);
  }

  private constructor(app: Application, project: ProjectReflection, complaints: readonly string[]) {
    this.#app = app;
    this.#project = project;
    this.#complaints = complaints.filter(isComplaint).map(inPlainWords);
  }

  /** A sentence for each thing that is to be mended. */
  problems(): readonly string[] {
    return this.#complaints;
  }

  /** The exported type of this name. Throws where there is none. */
  type(entryPoint: EntryPoint, name: string): DeclarationReflection {
    const module = this.#project.getChildByName([entryPoint]);
    const found = module?.isDeclaration() ? module.children?.find((child) => child.name === name) : undefined;
    if (found === undefined) throw new Error(`${entryPoint} exports no ${name}; see test/checks/reference.ts.`);
    return found;
  }

  /** Writes the reference of the whole interface as web pages; resolves with their folder. */
  async writePages(): Promise<string> {
    await this.#app.generateDocs(this.#project, pages);
    return `${relative(root, pages)}/index.html`;
  }
}

/** The text of a comment in one line; "" where there is none. */
export function sentencesOf(comment: Comment | undefined): string {
  const text = comment?.summary.map((part) => part.text).join("") ?? "";
  return text.replaceAll(/\s+/g, " ").trim();
}

/** Modules go by the names that programs import. */
function nameModules(project: ProjectReflection): void {
  for (const module of project.getChildrenByKind(ReflectionKind.Module)) {
    const found = Object.entries(entryPoints).find(([, file]) => file.replace(/(\/index)?\.ts$/, "") === module.name);
    if (found !== undefined) module.name = found[0];
  }
}

/** `type Role = (typeof roles)[number]` names its list, which need not be public itself. */
function isComplaint(sentence: string): boolean {
  return !/^[a-z]\w*, defined in .* not included in the documentation$/.test(sentence);
}

function inPlainWords(sentence: string): string {
  return sentence.replace(/, defined in [^,]*,/, "");
}
