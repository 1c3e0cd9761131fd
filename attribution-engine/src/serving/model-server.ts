// The HTTP server of a model: OpenAI's routes, answers whole or as a stream of events.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ApiError } from "./api-error.ts";
import { readChat, readCompletion, readEmbedding, type CompletionRequest } from "./requests.ts";
import {
  CHAT,
  COMPLETIONS,
  embeddingBody,
  modelBody,
  responseHead,
  secondsNow,
  type Dialect,
} from "./response-bodies.ts";
import type { ServedModel } from "./served-model.ts";

const HOST = "127.0.0.1";
const MOST_BODY_BYTES = 2 ** 20;
/** Within which a client must have sent its request. */
const REQUEST_MILLISECONDS = 30_000;
/** In which calls under way may end when the server is told to stop. */
const GRACE_MILLISECONDS = 4_000;

type Route = (body: unknown, response: ServerResponse, signal: AbortSignal) => Promise<void>;

export interface ModelServer {
  readonly url: string;
  /** Takes no more calls, ends those under way, or cuts them off when their time is over. */
  stop(): Promise<void>;
}

/** @param port 0 for a free one. @throws if it is in use */
export async function serveModel(
  model: ServedModel,
  port: number,
  onError: (message: string) => void,
): Promise<ModelServer> {
  const routes = routesOf(model);
  const server = createServer({ requestTimeout: REQUEST_MILLISECONDS }, (request, response) => {
    void respond(routes, request, response, onError);
    // A connection that becomes idle while the server stops would hold it up until its client lets go.
    response.once("close", () => setImmediate(() => server.listening || server.closeIdleConnections()));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen({ host: HOST, port, exclusive: true }, resolve);
  });
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}/v1`,
    async stop() {
      await close(server);
      await model.release();
    },
  };
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  const late = setTimeout(() => server.closeAllConnections(), GRACE_MILLISECONDS);
  await closed;
  clearTimeout(late);
}

function routesOf(model: ServedModel): ReadonlyMap<string, Route> {
  const created = secondsNow();
  const answering =
    (dialect: Dialect, read: (body: unknown) => CompletionRequest): Route =>
    async (body, response, signal) => {
      const request = read(body);
      await (request.isStreamed ? stream : answerWhole)(model, dialect, request, response, signal);
    };
  return new Map<string, Route>([
    ["POST /v1/completions", answering(COMPLETIONS, readCompletion)],
    ["POST /v1/chat/completions", answering(CHAT, readChat)],
    [
      "POST /v1/embeddings",
      async (body, response) => {
        const { model: name, texts, isBase64 } = readEmbedding(body);
        model.check(name);
        const embedded = [];
        for (const text of texts) embedded.push(await model.embed(text));
        const tokens = embedded.reduce((sum, { tokens: count }) => sum + count, 0);
        const vectors = embedded.map(({ vector }) => vector);
        send(response, 200, embeddingBody(name, vectors, isBase64, tokens));
      },
    ],
    [
      "GET /v1/models",
      async (_, response) => send(response, 200, { object: "list", data: [modelBody(model.name, created)] }),
    ],
    [
      `GET /v1/models/${encodeURIComponent(model.name)}`,
      async (_, response) => send(response, 200, modelBody(model.name, created)),
    ],
    ["GET /health", async (_, response) => send(response, 200, { status: "ok" })],
  ]);
}

async function answerWhole(
  model: ServedModel,
  dialect: Dialect,
  request: CompletionRequest,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const answer = await model.answer(request, signal, () => undefined);
  send(response, 200, dialect.whole(responseHead(dialect, model.name), answer));
}

async function stream(
  model: ServedModel,
  dialect: Dialect,
  request: CompletionRequest,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const head = responseHead(dialect, model.name);
  const write = (event: object | string): void => {
    // What is refused before the first text is refused with its status.
    if (!response.headersSent)
      response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
    response.write(`data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`);
  };
  const answer = await model.answer(request, signal, (piece) =>
    write(dialect.piece(head, piece, !response.headersSent)),
  );
  write(dialect.finish(head, answer.finish));
  if (request.includesUsage) write(dialect.usage(head, answer));
  write("[DONE]");
  response.end();
}

async function respond(
  routes: ReadonlyMap<string, Route>,
  request: IncomingMessage,
  response: ServerResponse,
  onError: (message: string) => void,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  try {
    const [path] = (request.url ?? "").split("?");
    const route = routes.get(`${request.method} ${path}`) ?? refuseRoute(routes, request.method, path);
    await route(request.method === "POST" ? await jsonOf(request) : undefined, response, gone.signal);
  } catch (error) {
    if (!(error instanceof ApiError)) onError(`${request.method} ${request.url}: ${String(error)}`);
    const refusal = error instanceof ApiError ? error : new ApiError(500, "The model failed to answer.");
    if (!response.headersSent) send(response, refusal.status, refusal.body);
    // A stream that has begun says so in an event of its own.
    else response.end(`data: ${JSON.stringify(refusal.body)}\n\n`);
  }
}

function refuseRoute(routes: ReadonlyMap<string, Route>, method = "", path = ""): never {
  if ([...routes.keys()].some((key) => key.endsWith(` ${path}`)))
    throw new ApiError(405, `Not allowed to ${method} on ${path}.`, { code: "method_not_supported" });
  throw new ApiError(404, `Invalid URL (${method} ${path})`);
}

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    // Read to its end all the same, within the time of a request: an answer before that would not reach the client.
    if (bytes <= MOST_BODY_BYTES) parts.push(part);
  }
  if (bytes > MOST_BODY_BYTES) throw new ApiError(413, `The request has more than ${MOST_BODY_BYTES} bytes.`);
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    throw new ApiError(400, "We could not parse the JSON body of your request.");
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { "content-type": "application/json", "content-length": bytes.length }).end(bytes);
}
