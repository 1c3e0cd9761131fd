// Bodies that are being read hold no more bytes together than they may, over real sockets.
import { connect, type Socket } from "node:net";
import { expect } from "chai";
import { startTestGateway, type TestGateway } from "../testing/gateway.ts";
import { until } from "../testing/served-models.ts";

const BODY = 100_000;

/** A connection that keeps what it is answered. */
interface Caller {
  readonly socket: Socket;
  answer: string;
  isClosed: boolean;
}

describe("bodies that are being read", () => {
  let gateway: TestGateway;
  let callers: Caller[] = [];

  before(async () => {
    // Nothing listens there: no call gets so far.
    gateway = await startTestGateway("http://127.0.0.1:9/v1", {
      limits: { bodyBytes: BODY, bodiesBytes: 3 * BODY, connections: 12 },
    });
  });
  afterEach(async () => {
    for (const { socket } of callers) socket.destroy();
    await until(() => callers.every(({ isClosed }) => isClosed));
    callers = [];
  });
  after(() => gateway.close());

  async function call(header: string, body: string | Buffer): Promise<Caller> {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    const caller: Caller = { socket, answer: "", isClosed: false };
    callers.push(caller);
    socket
      .on("data", (part: Buffer) => (caller.answer += String(part)))
      .on("error", () => undefined)
      .on("close", () => (caller.isClosed = true));
    socket.write(`POST /v1/completions HTTP/1.1\r\nhost: x\r\n${header}\r\n\r\n`);
    await new Promise<void>((resolve) => socket.write(body, () => resolve()));
    return caller;
  }
  const whole = (): Promise<Caller> => call(`content-length: ${BODY}`, Buffer.alloc(BODY - 1, 32));
  const isRefused = ({ answer }: Caller): boolean => {
    if (!answer.startsWith("HTTP/1.1 503 ") || !answer.includes("}}")) return false;
    expect(answer).to.match(/\r\nretry-after: 1\r\n/iu);
    const { error } = JSON.parse(answer.slice(answer.indexOf("{"))) as { error: object };
    expect(error).to.include({ type: "overloaded_error", code: "overloaded" });
    return true;
  };
  /** What a small body is answered, which goes no further than its JSON. */
  async function small(): Promise<number> {
    const response = await fetch(`${gateway.url}/v1/completions`, { method: "POST", body: "{", keepalive: false });
    await response.arrayBuffer();
    return response.status;
  }
  /** Until as many bytes are held that a body of this length is refused, or taken. */
  async function untilTaken(length: number, status: 400 | 503): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      const response = await fetch(`${gateway.url}/v1/completions`, { method: "POST", body: "{".padEnd(length) });
      await response.arrayBuffer();
      if (response.status === status) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect.fail(`a body of ${length} was never answered ${status}`);
  }

  it("are refused above what all may hold, by their length at once, and taken again once others are gone", async () => {
    const held = [await whole(), await whole(), await whole()];
    await untilTaken(1_000, 503);
    const late = await call(`content-length: ${BODY}`, "");
    await until(() => isRefused(late));
    expect(held.map(({ answer }) => answer)).to.deep.equal(["", "", ""]);
    // One that leaves and one that ends give their bytes back.
    held[0]!.socket.destroy();
    await untilTaken(BODY, 400);
    held[1]!.socket.write("}");
    await until(() => held[1]!.answer.startsWith("HTTP/1.1 400 "));
    await untilTaken(BODY, 400);
    const next = [await whole(), await whole()];
    await untilTaken(1_000, 503);
    expect(next.map(({ answer }) => answer)).to.deep.equal(["", ""]);
  });

  it("are refused in parts as they grow, and what was refused is given back", async () => {
    await whole();
    await whole();
    const part = `${(BODY - 10_000).toString(16)}\r\n${" ".repeat(BODY - 10_000)}\r\n`;
    const first = await call("transfer-encoding: chunked", part);
    await untilTaken(20_000, 503);
    expect(first.answer).to.equal("");
    const second = await call("transfer-encoding: chunked", part);
    await until(() => isRefused(second));
    expect(first.answer).to.equal("");
    expect(await small()).to.equal(400);
    first.socket.write("0\r\n\r\n");
    await until(() => first.answer.startsWith("HTTP/1.1 400 "));
    await untilTaken(BODY - 100, 400);
    // Larger than any may be, many times over: nothing of them stays.
    for (let i = 0; i < 5; i++) {
      const large = await call("transfer-encoding: chunked", part + part);
      await until(() => large.answer.startsWith("HTTP/1.1 413 "));
      large.socket.destroy();
    }
    await untilTaken(BODY - 100, 400);
  });

  it("hold nothing where only their length was said: who sends nothing shuts nobody out", async () => {
    for (let i = 0; i < 8; i++) await call(`content-length: ${BODY}`, "");
    expect(await small()).to.equal(400);
    await untilTaken(BODY, 400);
  });

  it("come on no more connections than may be open", async () => {
    for (let i = 0; i < 20; i++) await call(`content-length: ${BODY}`, "");
    await until(() => callers.filter(({ isClosed }) => isClosed).length >= 8);
    const open = callers.filter(({ isClosed }) => !isClosed).length;
    expect(open).to.be.within(6, 12);
  });
});
