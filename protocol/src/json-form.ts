// The forms that published JSON is held to: every member that is there is known, and of its form.
import type { JsonValue } from "./canonical-json.ts";

/** A count is an integer from 0; an amount one as a decimal string; a decimal a number with or without a fraction, as a string. */
type Simple = "count" | "amount" | "decimal" | "text" | "address" | "hash";

/** A member whose name ends in "?" may be missing. */
export type Form = Simple | { one: JsonValue } | { list: Form } | { members: Record<string, Form> };

/** @throws Error that names the place of what is missing, unknown or of another form */
export function checkForm(value: JsonValue | undefined, form: Form, at: string): void {
  if (typeof form === "string") {
    if (!isOfForm(value, form)) throw new Error(`${at}: ${JSON.stringify(value)} is not of the form "${form}"`);
  } else if ("one" in form) {
    if (value !== form.one) throw new Error(`${at}: ${JSON.stringify(value)} instead of ${JSON.stringify(form.one)}`);
  } else if ("list" in form) {
    if (!Array.isArray(value)) throw new Error(`${at}: not a list`);
    (value as JsonValue[]).forEach((item, i) => {
      checkForm(item, form.list, `${at}[${i}]`);
    });
  } else {
    checkMembers(value, form.members, at);
  }
}

function checkMembers(value: JsonValue | undefined, members: Record<string, Form>, at: string): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`${at}: not an object`);
  const object = value as Record<string, JsonValue>;
  const known = new Set<string>();
  for (const [key, form] of Object.entries(members)) {
    const name = key.replace("?", "");
    known.add(name);
    if (!Object.hasOwn(object, name)) {
      if (key === name) throw new Error(`${at}.${name}: missing`);
      continue;
    }
    checkForm(object[name], form, `${at}.${name}`);
  }
  const unknown = Object.keys(object).find((name) => !known.has(name));
  if (unknown !== undefined) throw new Error(`${at}.${unknown}: unknown`);
}

function isOfForm(value: JsonValue | undefined, form: Simple): boolean {
  if (form === "count") return Number.isSafeInteger(value) && (value as number) >= 0;
  if (typeof value !== "string") return false;
  switch (form) {
    case "amount":
      return /^(?:0|[1-9]\d*)$/.test(value);
    case "decimal":
      return /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(value);
    case "text":
      return value !== "";
    case "address":
      return /^0x[0-9a-f]{40}$/.test(value);
    case "hash":
      return /^0x[0-9a-f]{64}$/.test(value);
  }
}
