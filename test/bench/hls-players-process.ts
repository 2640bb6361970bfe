/** Plays a stream by HLS as many players at once, without decoding. Started by URL only. */

import { Agent, get } from "node:http";
import type { PlayersReport, ToPlayers } from "./hls-players-protocol.ts";

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
process.on("disconnect", () => process.exit(0));
process.on("message", (wish: ToPlayers) => {
  play(wish).then(
    (report) => process.send?.(report),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});

async function play({ url, token, players, seconds }: ToPlayers): Promise<PlayersReport> {
  const counts = { requests: 0, bytes: 0, failures: 0 };
  const lateMs: number[] = [];
  const until = performance.now() + seconds * 1000;
  const ask = (address: URL): Promise<Buffer | null> =>
    new Promise((resolve) => {
      const asked = get(address, { agent, headers: { Authorization: `Bearer ${token}` } }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const body = Buffer.concat(chunks);
          counts.requests += 1;
          counts.bytes += body.length;
          if (response.statusCode !== 200) counts.failures += 1;
          resolve(response.statusCode === 200 ? body : null);
        });
      });
      asked.on("error", () => {
        counts.failures += 1;
        resolve(null);
      });
    });
  const one = async (index: number): Promise<void> => {
    let last = newestOf(String(await ask(new URL(url))));
    while (performance.now() < until && last !== null) {
      const address = new URL(url);
      address.search = `?_HLS_msn=${last.sequence}&_HLS_part=${last.part + 1}`;
      const next = newestOf(String(await ask(address)));
      if (next === null) break;
      await ask(new URL(next.uri, url));
      if (index % 10 === 0) lateMs.push(Date.now() - next.endsAt);
      last = next;
    }
  };
  await Promise.all(Array.from({ length: players }, (_, index) => one(index)));
  agent.destroy();
  return { ...counts, lateMs };
}

type Newest = { readonly sequence: number; readonly part: number; readonly uri: string; readonly endsAt: number };

/** The last part that a playlist names, and when its last picture was over. */
function newestOf(playlist: string): Newest | null {
  const uri = [...playlist.matchAll(/#EXT-X-PART:DURATION=[\d.]+,URI="([^"]+)"/g)].at(-1)?.[1];
  const [, sequence, part] = /^(\d+)\.(\d+)\.m4s$/.exec(uri ?? "") ?? [];
  const at = playlist.lastIndexOf("#EXT-X-PROGRAM-DATE-TIME:");
  const begin = /DATE-TIME:(\S+)/.exec(playlist.slice(at))?.[1];
  if (uri === undefined || sequence === undefined || begin === undefined) return null;
  const parts = [...playlist.slice(at).matchAll(/#EXT-X-PART:DURATION=([\d.]+)/g)];
  const ms = 1000 * parts.reduce((total, [, seconds]) => total + Number(seconds), 0);
  return { sequence: Number(sequence), part: Number(part), uri, endsAt: Date.parse(begin) + ms };
}
