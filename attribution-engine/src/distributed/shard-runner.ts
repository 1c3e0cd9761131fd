/** Work cut into tasks that may run anywhere: what the stages of the engine see of workers on other machines. */
import type { Digest } from "./objects.ts";

/** A setting of a task. */
export type Setting = string | number | boolean | null;

/** A task; what comes out of it depends on nothing but this and the engine's version. */
export interface ShardTask {
  /** Which of the kinds in `kinds.ts`. */
  readonly kind: string;
  /** Stored objects that it reads, by what they are to it. */
  readonly inputs: Readonly<Record<string, Digest>>;
  readonly settings: Readonly<Record<string, Setting>>;
}

/** Tasks that are made as their turn comes, so that what they read need not all be stored, or held, at once. */
export interface TaskList {
  readonly count: number;
  at(index: number): ShardTask | Promise<ShardTask>;
}

export interface ShardRunner {
  /** Stores a value that tasks read (`packValue` says which); the same value is stored once. */
  put(value: unknown): Promise<Digest>;
  /**
   * Runs tasks in any order and tells each one's result, once.
   * @throws the first error of a task or of `onResult`; results that are there by then stay, and the next run takes them.
   */
  run(tasks: TaskList, onResult: (result: unknown, index: number) => void): Promise<void>;
}

/** What a kind of task runs with. */
export interface TaskContext {
  /** A stored object. */
  object(digest: Digest): Promise<unknown>;
  /** What was made under this key before, if it is still kept, or what `make` makes. */
  keep<Value>(key: string, make: () => Promise<Value>): Promise<Value>;
}

/** How tasks of a kind are run. */
export type TaskKind = (task: ShardTask, context: TaskContext) => Promise<unknown>;
