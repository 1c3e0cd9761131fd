// Text of others as a terminal may show it: nothing that it would obey, and nothing that turns the order in which it is read.

/** C0 and C1 controls, DEL, marks of direction, and what ends a line. */
// eslint-disable-next-line no-control-regex
const OBEYED = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** In one line. */
export function printable(text: string): string {
  return text.replace(OBEYED, "�");
}

/** Line feeds stay. */
export function printableLines(text: string): string {
  return text.replace(OBEYED, (each) => (each === "\n" ? each : "�"));
}

/** JSON text in one line that means the same: `JSON.stringify` escapes C0 alone. */
export function printableJson(json: string): string {
  return json.replace(OBEYED, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
