/**
 * Owns how a worker on any machine gets the tasks of a queue (job-queue.ts): an offer from Redis says that one waits, its owner says which, gives
 * its files and takes what comes of it. In the worker's process.
 *
 * QW1 Where the owner is gone, a task goes on, and its end is brought when the owner is back.
 */

import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { StreamError } from "../../../shared/errors.ts";
import { boolean, list, text } from "../../../shared/schema.ts";
import type { JobWork, TakenTask, TaskEnd, TaskInput, TaskNews, TaskSource, TaskWish } from "../job-queue.ts";
import { fetchFiles, sendFiles } from "./moved-files.ts";
import { type Offer, OfferTaker } from "./offer-taker.ts";
import { type OwnerLink, OwnerRefusal } from "./owner-link.ts";
import { type BundleRole, type GivenBundle, type GivenTask, readGivenTask } from "./owner-messages.ts";
import type { RedisLink } from "./redis-link.ts";
import { filesBelow } from "./sent-files.ts";
import { WorkerFolder } from "./worker-folder.ts";

/** An offer is kept meanwhile. */
const TAKE_PATIENCE_MS = 2_000;
/** How often is asked for certain jobs. */
const ASK_MS = 200;

export class RemoteSource implements TaskSource {
  readonly #owner: OwnerLink;
  readonly #offers: OfferTaker;
  readonly #folder: WorkerFolder;
  /** Attempt → its offer; null where there was none. */
  readonly #taken = new Map<string, Offer | null>();
  #takesOffers = true;

  /** `place` is where what is fetched and made lies for the time. */
  constructor(link: RedisLink, owner: OwnerLink, place: string) {
    this.#owner = owner;
    this.#offers = new OfferTaker(link);
    this.#folder = new WorkerFolder(place);
  }

  async take(wish: TaskWish): Promise<TakenTask | null> {
    // Offers are of any job, so who wants certain ones asks for them, and takes none from others.
    this.#takesOffers = wish.jobs === null;
    const offer = wish.jobs === null ? await this.#offers.next() : null;
    if (offer === null && wish.jobs === null) return null;
    const given = await this.#ask(wish, offer);
    if (given === null) return null;
    this.#taken.set(given.token, offer);
    try {
      return await this.#fetch(given);
    } catch (error) {
      await this.#giveUp(given.token, error);
      return null;
    }
  }

  async renew(news: readonly TaskNews[]): Promise<readonly string[]> {
    for (const { token } of news) {
      const offer = this.#taken.get(token) ?? null;
      if (offer !== null) this.#offers.keep(offer);
    }
    try {
      const unwanted = await this.#owner.call("/renew", news, { patienceMs: 0 });
      return list(1_000, text(64))("answer", unwanted);
    } catch {
      // QW1
      return [];
    }
  }

  async finish(token: string, end: TaskEnd): Promise<boolean> {
    try {
      return await this.#finish(token, end);
    } catch (error) {
      if (error instanceof OwnerRefusal && error.status === 404) return false;
      const isTooMuch = error instanceof OwnerRefusal && error.status === 413;
      const isFull = error instanceof StreamError && error.code === "output-failed";
      if (!(isTooMuch || isFull)) throw error;
      const reason = end.kind === "done" ? error.message : end.error;
      return await this.#end(token, { kind: "failed", error: reason }, []);
    } finally {
      this.#forget(token);
    }
  }

  async release(token: string): Promise<void> {
    try {
      await this.#owner.call("/release", null, { token, patienceMs: TAKE_PATIENCE_MS });
    } catch (error) {
      // Its owner has it given to another when nothing more is heard of it.
      if (!(error instanceof StreamError)) throw error;
    } finally {
      this.#forget(token);
    }
  }

  async changed(maxMs: number, signal: AbortSignal): Promise<void> {
    if (this.#takesOffers) await this.#offers.wait(maxMs, signal);
    else await delay(Math.min(maxMs, ASK_MS), undefined, { signal }).catch(() => undefined);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await this.#offers.close();
    this.#folder.close();
  }

  async #ask({ worker, policy, jobs }: TaskWish, offer: Offer | null): Promise<GivenTask | null> {
    try {
      const wish = { offer: offer?.id ?? null, worker, policy, jobs };
      const given = readGivenTask("answer", await this.#owner.call("/take", wish, { patienceMs: TAKE_PATIENCE_MS }));
      if (given === null && offer !== null) this.#offers.end(offer);
      return given;
    } catch (error) {
      if (offer !== null) await this.#offers.giveBack(offer);
      // Its owner is waited for.
      if (error instanceof StreamError && !(error instanceof OwnerRefusal)) return null;
      throw error;
    }
  }

  async #fetch(given: GivenTask): Promise<TakenTask> {
    const { token, job, index, attempt, kind, timeLimitSeconds } = given;
    const { folder, input: place } = this.#folder.makeAttempt(token);
    const script = given.script === null ? null : await this.#fetchOnce(token, "script", given.script);
    const work: JobWork =
      kind === "script" ? { kind, script: pathToFileURL(script ?? "").href } : { kind, settings: given.settings };
    const input = await this.#fetchInput(given, place);
    return { token, job, index, attempt, work, input, timeLimitSeconds, folder };
  }

  async #fetchInput({ token, kind, value = null, input }: GivenTask, place: string): Promise<TaskInput> {
    if (input === null) return { kind: "value", value };
    if (kind === "render") return { kind: "file", path: await this.#fetchOnce(token, "input", input) };
    await this.#fetchBundle(token, "input", input, place);
    return { kind: "file", path: join(place, input.main) };
  }

  async #fetchOnce(token: string, role: BundleRole, bundle: GivenBundle): Promise<string> {
    const folder = await this.#folder.bundle(bundle, (draft) => this.#fetchBundle(token, role, bundle, draft));
    return join(folder, bundle.main);
  }

  async #fetchBundle(token: string, role: BundleRole, { files }: GivenBundle, folder: string): Promise<void> {
    await fetchFiles(this.#owner, folder, files, (path) => ({
      ...{ method: "GET", path: "/bundle", token },
      query: { role, path },
    }));
  }

  /** What could not be fetched: the task is somebody else's, or it cannot be done here. */
  async #giveUp(token: string, error: unknown): Promise<void> {
    if (!(error instanceof StreamError)) throw error;
    if (error instanceof OwnerRefusal || error.code === "closed") await this.release(token);
    else {
      // What this machine has no room for, another may have.
      const kind = error.code === "output-failed" ? "lost" : "failed";
      await this.finish(token, { kind, error: error.message });
    }
  }

  async #finish(token: string, end: TaskEnd): Promise<boolean> {
    if (end.kind === "lost") return await this.#end(token, end, []);
    const root = this.#folder.taskOf(token);
    const files = filesBelow(root);
    await sendFiles(this.#owner, token, root, files);
    return await this.#end(token, end, files);
  }

  async #end(token: string, end: TaskEnd, files: ReturnType<typeof filesBelow>): Promise<boolean> {
    return boolean("answer", await this.#owner.call("/finish", { end, files }, { token }));
  }

  #forget(token: string): void {
    const offer = this.#taken.get(token) ?? null;
    this.#taken.delete(token);
    if (offer !== null) this.#offers.end(offer);
    this.#folder.removeAttempt(token);
  }
}
