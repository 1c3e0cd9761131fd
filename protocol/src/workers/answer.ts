// The side of the thread: answers each question, errors too, one after another.
import { parentPort } from "node:worker_threads";
import type { Answer } from "./asked-worker.ts";

export function answerEach<Order, Result>(answer: (order: Order) => Result): void {
  parentPort!.on("message", (order: Order) => {
    let given: Answer<Result>;
    try {
      given = { result: answer(order) };
    } catch (error) {
      given = { error: error instanceof Error ? error.message : String(error) };
    }
    parentPort!.postMessage(given);
  });
}
