/**
 * Owns what `npm run check` looks at besides types and lint, in what was just compiled: that the public interface is
 * documented, that the code in the READMEs fits it, that the reference says what the code says, that a test cites each numbered
 * rule, and that the package is whole.
 * `npm run docs` writes documentation and reference.
 */

import { ApiDocs } from "./api-docs.ts";
import { codeProblems } from "./documented-code.ts";
import { packageProblems } from "./package.ts";
import { readReferences, writeReferences } from "./reference.ts";

const [command, ...flags] = process.argv.slice(2);
const isCheck = command === "check";
// It runs in processes of its own meanwhile.
const packaging = isCheck ? packageProblems() : null;
const docs = await ApiDocs.read();
const references = await readReferences(docs);
const problems = [...docs.problems(), ...references.problems, ...(isCheck ? codeProblems() : [])];

if (!isCheck || flags.includes("--write")) {
  for (const file of writeReferences(references)) console.log(`Wrote ${file}.`);
} else {
  for (const { path } of references.stale)
    problems.push(`${path} is not what the code says; npm run docs writes it anew.`);
}
if (packaging !== null) problems.push(...(await packaging));
else console.log(`Wrote ${await docs.writePages()}.`);

for (const problem of problems) console.error(problem);
console.log(problems.length === 0 ? "Documentation and package are whole." : `Found ${problems.length} problems.`);
process.exitCode = problems.length === 0 ? 0 : 1;
