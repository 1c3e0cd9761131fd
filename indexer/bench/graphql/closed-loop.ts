// Clients that ask again as soon as they are answered.
import { Agent, request } from "node:http";
import type { GraphqlRequest } from "./requests.ts";

export interface Answered {
  name: string;
  milliseconds: number;
}

/**
 * @param pauseMilliseconds between an answer and the next question of the same client
 */
export async function closedLoop(
  graphqlUrl: string,
  clients: number,
  seconds: number,
  pauseMilliseconds: number,
  next: () => GraphqlRequest,
): Promise<Answered[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const answered: Answered[] = [];
  const until = performance.now() + seconds * 1_000;
  const one = async (): Promise<void> => {
    await pause(Math.random() * pauseMilliseconds);
    while (performance.now() < until) {
      const { name, body } = next();
      const began = performance.now();
      await ask(graphqlUrl, agent, body, name);
      answered.push({ name, milliseconds: performance.now() - began });
      await pause(pauseMilliseconds * (0.5 + Math.random()));
    }
  };
  try {
    await Promise.all(Array.from({ length: clients }, one));
  } finally {
    agent.destroy();
  }
  return answered;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => (milliseconds === 0 ? resolve() : setTimeout(resolve, milliseconds)));
}

/** @returns the answer's text. Throws if it has errors. */
export function ask(url: string, agent: Agent, body: string, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: "POST",
        agent,
        headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => (text += part));
        response.on("error", reject);
        response.on("end", () => {
          if (response.statusCode === 200 && !text.includes('"errors":')) resolve(text);
          else reject(new Error(`${name} was answered with ${response.statusCode}: ${text.slice(0, 300)}`));
        });
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}
