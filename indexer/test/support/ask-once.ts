// Asks GraphQL over a connection that is used once.
import { request } from "node:http";

/** @returns the answer. Throws if the connection ends before it is whole. */
export function askOnce(url: string, query: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const sent = request(url, { method: "POST", agent: false, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part));
      response.on("error", reject);
      response.on("end", () => {
        try {
          resolve(JSON.parse(text));
        } catch (error) {
          reject(error as Error);
        }
      });
    });
    sent.on("error", reject);
    sent.end(JSON.stringify({ query }));
  });
}
