// The least that stands between a caller and an upstream: reads a call whole, sends it on, reads the answer whole, sends it back.
import { Agent, createServer, request, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

const upstream = new URL(process.argv[2]!);
const agent = new Agent({ keepAlive: true, maxSockets: 1024, maxFreeSockets: 1024 });

const server = createServer((incoming, outgoing) => {
  void readWhole(incoming).then((body) => {
    const { hostname, port, pathname } = upstream;
    const headers = { "content-type": "application/json", "content-length": body.length };
    request({ hostname, port, path: pathname, method: "POST", agent, headers }, (head) => {
      void readWhole(head).then((answer) => {
        outgoing.writeHead(200, { "content-type": "application/json", "content-length": answer.length });
        outgoing.end(answer);
      });
    }).end(body);
  });
});
server.keepAliveTimeout = 600_000;
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});

function readWhole(message: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    message
      .on("data", (part: Buffer) => parts.push(part))
      .once("end", () => {
        resolve(Buffer.concat(parts));
      })
      .once("error", reject);
  });
}
