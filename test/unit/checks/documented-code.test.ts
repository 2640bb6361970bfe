/** The code of the READMEs is found as a reader takes it. `npm run check` holds it against the types. */

import { expect, test } from "vitest";
import { blocksIn } from "../../checks/documented-code.ts";

const fence = "```";
const page = `# A page

${fence}ts
import { createStreamServer } from "scenecast";
import * as THREE from "three";

const server = await createStreamServer({ scene: "a.ts" });
${fence}

${fence}sh
npm start
${fence}

${fence}ts
server.close();
${fence}
`;

test("a block of code without imports goes by those of the one before, and lines are those of the page", () => {
  const [first, second, ...more] = blocksIn("a.md", page);
  expect(more).toEqual([]);
  expect(first).toMatchObject({ page: "a.md", kind: "ts", line: 4 });
  expect(second?.line).toBe(15);
  expect(second?.text).toBe(
    'import { createStreamServer } from "scenecast"; import * as THREE from "three";\nserver.close();\n\nexport {};\n',
  );
});
