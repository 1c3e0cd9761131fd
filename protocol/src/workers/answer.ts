// The side of the thread: answers each question, errors too.
import { parentPort } from "node:worker_threads";
import type { Answer, Question } from "./asked-worker.ts";

export function answerEach<Order, Result>(answer: (order: Order) => Result): void {
  parentPort!.on("message", ({ id, order }: Question<Order>) => {
    let given: Answer<Result>;
    try {
      given = { id, result: answer(order) };
    } catch (error) {
      given = { id, error: error instanceof Error ? error.message : String(error) };
    }
    parentPort!.postMessage(given);
  });
}
