/** The laboratory by hand, run by `npm run lab`: prints the address to open and lasts until it is interrupted. */

import { labHelp, parseLabFlags } from "./lab-flags.ts";
import { Laboratory } from "./laboratory.ts";

async function main(): Promise<void> {
  const options = parseLabFlags(process.argv.slice(2));
  if (options === null) {
    process.stdout.write(labHelp);
    return;
  }
  const laboratory = await Laboratory.start(options).catch((error: unknown) => {
    const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    throw isTaken ? new TypeError(`--port must be free, and ${options.port} is in use.`) : error;
  });
  process.stdout.write(`${laboratory.url} leads to ${options.to}\nCtrl-C ends it.\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void laboratory.close());
}

try {
  await main();
} catch (error) {
  const isMisuse = error instanceof TypeError;
  process.stderr.write(`lab: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = isMisuse ? 2 : 1;
}
