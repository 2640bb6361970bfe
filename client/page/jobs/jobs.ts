/** Owns the page of jobs, for hosts: lets its visitor in, and shows a card for each job, as they do now. */

import { type JobInfo, parseJobList, parseJobView } from "../../../shared/jobs.ts";
import { find } from "../elements.ts";
import { saveFile, saveFrom } from "../saved-file.ts";
import { PageEntry } from "../start/page-entry.ts";
import { sayTrouble, UNREACHABLE } from "../start/trouble.ts";
import { JobCard } from "./job-card.ts";
import { summaryWords } from "./job-words.ts";

/** While something is done, and while nothing is. */
const BUSY_MS = 500;
const IDLE_MS = 3_000;

const here = new URL(".", location.href);
const list = find("jobs", HTMLUListElement);
const summary = find("summary", HTMLElement);
const cards = new Map<string, JobCard>();
let isLooking = false;
let timer: ReturnType<typeof setTimeout> | undefined;
const entry = new PageEntry((kind) => {
  sayTrouble(kind === "unreachable" ? UNREACHABLE : null);
  if (kind === "open") void look();
});

document.addEventListener("visibilitychange", () => void look());
Object.assign(window, { scenecastStart: true });
// One that does not answer is asked again.
void entry.enter().then(() => {
  timer ??= setTimeout(() => void look(), IDLE_MS);
});

/** Asks how the jobs do, while somebody looks. */
async function look(): Promise<void> {
  if (isLooking || document.hidden || entry.isLocked) return;
  isLooking = true;
  clearTimeout(timer);
  let next = IDLE_MS;
  try {
    const jobs = parseJobList(await answerOf("jobs/list"));
    sayTrouble(null);
    show(jobs);
    for (const [id, card] of cards) if (card.isOpen) await showTasks(id, card);
    if (jobs.some(({ state }) => state === "running")) next = BUSY_MS;
  } catch (error) {
    handleError(error);
  } finally {
    isLooking = false;
    timer = setTimeout(() => void look(), next);
  }
}

/** The server's own sentence. */
class Refused extends Error {}

async function answerOf(path: string, init: RequestInit = {}): Promise<unknown> {
  const response = await entry.fetch(new URL(path, here), { cache: "no-store", ...init });
  if (response.status === 401) await entry.enter();
  if (!response.ok) throw new Refused((await response.text()).trim() || `The server answered ${response.status}.`);
  return response.status === 204 ? null : await response.json();
}

function show(jobs: readonly JobInfo[]): void {
  list.ariaBusy = "false";
  summary.textContent = summaryWords(jobs);
  const now = Date.now();
  for (const [id, card] of cards) {
    if (jobs.some((job) => job.id === id)) continue;
    card.element.remove();
    cards.delete(id);
  }
  for (const job of jobs) cardOf(job).show(job, now);
  // The newest first; one that stays in its place keeps its focus.
  for (const [at, { id }] of jobs.entries()) {
    const element = cards.get(id)?.element;
    if (element !== undefined && list.children[at] !== element) list.insertBefore(element, list.children[at] ?? null);
  }
}

function cardOf(job: JobInfo): JobCard {
  const known = cards.get(job.id);
  if (known !== undefined) return known;
  const card = new JobCard(job, {
    toggled: (id) => {
      card.setOpen(!card.isOpen);
      if (card.isOpen) void showTasks(id, card).catch(handleError);
    },
    cancel: (id) => void answerOf(`jobs/${id}/cancel`, { method: "POST" }).then(look, handleError),
    download: (id) => void download(id, job.name).catch(handleError),
  });
  cards.set(job.id, card);
  return card;
}

async function showTasks(id: string, card: JobCard): Promise<void> {
  const { job, tasks } = parseJobView(await answerOf(`jobs/${id}`));
  card.showTasks(tasks, job.tasks.total);
}

/** By its address, as it may be large; where the browser sends no cookie there, through the memory of the page. */
async function download(id: string, name: string): Promise<void> {
  const url = new URL(`jobs/${id}/zip`, here);
  if (entry.handedOn !== null) {
    const response = await entry.fetch(url);
    if (!response.ok) throw new Refused((await response.text()).trim());
    return saveFile(await response.blob(), `${name}-${id}.zip`);
  }
  saveFrom(url.href, "");
}

function handleError(error: unknown): void {
  sayTrouble(error instanceof Refused ? error.message : UNREACHABLE);
}
