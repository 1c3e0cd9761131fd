// Answers to questions that are asked again, kept while the database shows the same rows: all who look at a page ask it again at each block.
import { LRUCache } from "lru-cache";
import type { Snapshots } from "./snapshots.ts";

export interface Answer {
  /** JSON. */
  text: string;
  /** One with errors may be another the next time. */
  hasErrors: boolean;
}

/** Questions that were asked once and not yet kept. */
const MOST_NOTED = 1_000;
const MOST_QUESTION_LENGTH = 8_000;
const MOST_KEPT = 1_000;
const MOST_KEPT_LENGTH = 32_000_000;
const MOST_ANSWER_LENGTH = 1_000_000;

interface Kept {
  snapshot: string;
  answer: Promise<Answer>;
}

/**
 * Of an answer that was begun at a snapshot, each of its queries saw that one or a later one. Who asks at the same snapshot therefore gets nothing older than
 * a query of their own would find, also while it is still being read, so the same question of many is read once per block.
 */
export class Answers {
  readonly #snapshots: Snapshots;
  readonly #noted = new LRUCache<string, true>({ max: MOST_NOTED });
  readonly #kept = new LRUCache<string, Kept>({ max: MOST_KEPT, maxSize: MOST_KEPT_LENGTH });

  constructor(snapshots: Snapshots) {
    this.#snapshots = snapshots;
  }

  /**
   * @param question the same text for what has the same answer
   * @returns JSON of the answer
   */
  async of(question: string, read: () => Promise<Answer>): Promise<string> {
    if (!this.#isAskedAgain(question)) return (await read()).text;
    const snapshot = await this.#snapshots.now();
    const known = this.#kept.get(question);
    if (known?.snapshot === snapshot) return (await known.answer).text;
    const kept: Kept = { snapshot, answer: read() };
    this.#kept.set(question, kept, { size: question.length });
    try {
      const { text, hasErrors } = await kept.answer;
      if (this.#kept.peek(question) === kept) {
        if (hasErrors || text.length > MOST_ANSWER_LENGTH) this.#kept.delete(question);
        else this.#kept.set(question, kept, { size: question.length + text.length });
      }
      return text;
    } catch (error) {
      if (this.#kept.peek(question) === kept) this.#kept.delete(question);
      throw error;
    }
  }

  /** What is asked once, as a row of many is, costs no look at the snapshot. */
  #isAskedAgain(question: string): boolean {
    if (question.length > MOST_QUESTION_LENGTH) return false;
    if (this.#kept.has(question) || this.#noted.delete(question)) return true;
    this.#noted.set(question, true);
    return false;
  }
}
