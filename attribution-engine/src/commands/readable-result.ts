// A stage's result for people: a line for each member.

/** Members of a list or an object that stand in one line at most; longer ones are cut, and said to be. */
const SHOWN = 20;

/** `name  value` lines, values aligned; lists and objects in JSON, long ones cut. */
export function readableResult(result: object): string {
  const members = Object.entries(result).filter(([, value]) => value !== undefined);
  const width = Math.max(...members.map(([name]) => name.length));
  return members.map(([name, value]) => `${name.padEnd(width)}  ${readable(value)}`).join("\n");
}

function readable(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value) && value.length > SHOWN)
    return `${JSON.stringify(value.slice(0, SHOWN)).slice(0, -1)}, … ${value.length - SHOWN} more; --json has them all`;
  return JSON.stringify(value);
}
