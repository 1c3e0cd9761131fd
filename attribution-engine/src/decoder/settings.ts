/** Reads settings from the JSON files of a model, and names the file and the setting that is missing, wrong or not supported. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The settings of one file. */
export class Settings {
  readonly file: string;
  readonly values: Readonly<Record<string, unknown>>;

  constructor(file: string, values: Readonly<Record<string, unknown>>) {
    this.file = file;
    this.values = values;
  }

  /** A whole number of at least 1. */
  size(name: string, otherwise?: number): number {
    const value = this.values[name] ?? otherwise;
    if (!Number.isSafeInteger(value) || (value as number) < 1)
      throw this.refusal(name, "must be a whole number from 1");
    return value as number;
  }

  /** A number above 0. */
  positive(name: string, otherwise?: number): number {
    const value = this.values[name] ?? otherwise;
    if (typeof value !== "number" || !(value > 0 && Number.isFinite(value)))
      throw this.refusal(name, "must be a number above 0");
    return value;
  }

  flag(name: string, otherwise: boolean): boolean {
    const value = this.values[name] ?? otherwise;
    if (typeof value !== "boolean") throw this.refusal(name, "must be true or false");
    return value;
  }

  /** One of the texts in `known`. */
  choice<Known extends string>(name: string, known: readonly Known[], otherwise?: Known): Known {
    const value = this.values[name] ?? otherwise;
    const found = known.find((text) => text === value);
    if (found === undefined) throw this.refusal(name, `supported: ${known.join(", ")}`);
    return found;
  }

  /** Settings within a setting; undefined where it is absent or null. */
  part(name: string): Settings | undefined {
    const value = this.values[name] ?? undefined;
    if (value === undefined) return undefined;
    if (typeof value !== "object" || Array.isArray(value)) throw this.refusal(name, "must be an object");
    return new Settings(`${this.file}, ${name}`, value as Record<string, unknown>);
  }

  /** Accepts only absence and the values that change nothing: null, false, and what is empty. */
  refuse(name: string): void {
    const value = this.values[name] ?? false;
    const isEmpty = typeof value === "object" && Object.keys(value).length === 0;
    if (value !== false && !isEmpty) throw this.refusal(name, "not supported");
  }

  refusal(name: string, advice: string): Error {
    const value = this.values[name];
    return new Error(`${this.file}: ${name} is ${value === undefined ? "missing" : JSON.stringify(value)}; ${advice}`);
  }
}

/** Reads a JSON file of a folder. @throws naming it where it is missing or no object. */
export function readSettings(folder: string, name: string): Settings {
  const file = join(folder, name);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "there is no such file" : (code ?? String(cause));
    throw new Error(`${file} cannot be read: ${reason}`, { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file}: ${(cause as Error).message}; restore the file`, { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`${file}: no object`);
  return new Settings(file, value as Record<string, unknown>);
}
