/** Owns which request of the owner's HTTP is which call of its desk, and reads what comes. In the owner's process. */

import type { Json } from "../../../shared/custom-message.ts";
import { fields } from "../../../shared/schema.ts";
import type { JobStore } from "../job-queue.ts";
import type { OwnerDesk } from "./owner-desk.ts";
import {
  bundleRoles,
  readAddedJob,
  readAllNews,
  readArchived,
  readFinishedTask,
  readIndex,
  readJobId,
  readTakeWish,
} from "./owner-messages.ts";
import type { OwnerRequest, OwnerRoute, OwnerRoutes } from "./owner-route.ts";
import { SentRefusal } from "./sent-files.ts";

type Answer = OwnerRoute["answer"];

export function ownerRoutes(desk: OwnerDesk, store: JobStore): OwnerRoutes {
  const post = (
    answer: (body: unknown, request: OwnerRequest) => Promise<unknown> | unknown,
    isForKey = true,
  ): OwnerRoute => ({
    method: "POST",
    isForKey,
    answer: async (request) => ({ json: await answer(JSON.parse(request.body.toString("utf8") || "null"), request) }),
  });
  const get = (answer: Answer, isForKey = false): OwnerRoute => ({ method: "GET", isForKey, answer });
  return {
    "/take": post((body) => desk.take(readTakeWish("wish", body))),
    "/renew": post((body) => desk.renew(readAllNews("news", body))),
    "/finish": post((body, { token }) => desk.finish(token, readFinishedTask("task", body)), false),
    "/release": post((_body, { token }) => desk.release(token), false),
    "/bundle": get(({ token, query }) => {
      const role = bundleRoles.find((one) => one === query.get("role"));
      return fileOr404(role === undefined ? null : desk.bundleFile(token, role, query.get("path") ?? ""));
    }),
    "/sent": get(({ token, query }) => ({ json: desk.filesOf(token).sizeOf(query.get("path") ?? "") })),
    "/part": {
      method: "PUT",
      isForKey: false,
      answer: async ({ token, query, body }) => {
        const offset = Number(query.get("offset") ?? Number.NaN);
        if (!Number.isSafeInteger(offset) || offset < 0) throw new TypeError("offset must be a whole number.");
        await desk.filesOf(token).add(query.get("path") ?? "", offset, body);
        return { status: 204 };
      },
    },
    "/adding": post(() => desk.startAdding()),
    "/add": post((body, { token }) => desk.add(token, readAddedJob("added", body)), false),
    "/file": get(async ({ query }) => {
      const id = readJobId("job", query.get("job"));
      return fileOr404(await store.fileAt(id, readIndex("index", Number(query.get("index"))), query.get("path") ?? ""));
    }, true),
    ...storeRoutes(desk, store, post),
  };
}

function storeRoutes(
  desk: OwnerDesk,
  store: JobStore,
  post: (answer: (body: unknown) => Promise<unknown>) => OwnerRoute,
): OwnerRoutes {
  const forJob = (work: (id: string, body: ReturnType<typeof fields>) => Promise<unknown>): OwnerRoute =>
    post(async (body) => {
      const all = fields("request", body);
      return await work(readJobId("request.job", all["job"]), all);
    });
  const indexIn = (body: ReturnType<typeof fields>): number => readIndex("request.index", body["index"]);
  return {
    "/store/list": post((body) =>
      store.list({ archived: readArchived("request.archived", fields("request", body)["archived"]) }),
    ),
    "/store/job": forJob((id) => store.job(id)),
    "/store/tasks": forJob((id, body) =>
      store.tasks(id, {
        first: readIndex("request.first", body["first"]),
        count: readIndex("request.count", body["count"]),
      }),
    ),
    "/store/cancel": forJob((id) => store.cancel(id)),
    "/store/archive": forJob((id, body) => store.archive(id, readArchived("request.archived", body["archived"]))),
    "/store/retry": forJob((id) => store.retry(id)),
    "/store/remove": forJob((id) => desk.remove(id)),
    "/store/files": forJob((id, body) => store.files(id, indexIn(body))),
    // Undefined is none of JSON.
    "/store/result": forJob(async (id, body) => {
      const result: Json | undefined = await store.result(id, indexIn(body));
      return { result };
    }),
  };
}

function fileOr404(file: string | null): { readonly file: string } {
  if (file === null) throw new SentRefusal(404, "There is no such file.");
  return { file };
}
