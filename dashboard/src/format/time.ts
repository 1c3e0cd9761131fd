// Instants and durations, in universal time and without a locale's habits.
/** `2026-11-22 14:35:20 UTC` of Unix seconds. */
export function instant(seconds: bigint | number | string): string {
  const milliseconds = Number(seconds) * 1_000;
  if (!Number.isFinite(milliseconds) || Math.abs(milliseconds) > 8.64e15) return `second ${seconds}`;
  return `${new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** `2026-11-22` of Unix seconds. */
export function day(seconds: bigint | number | string): string {
  return instant(seconds).slice(0, 10);
}

const UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const;

/** The two largest units: `3 d 4 h`, `12 s`. */
export function duration(seconds: bigint | number | string): string {
  let rest = Math.max(0, Math.floor(Number(seconds)));
  if (rest === 0) return "0 s";
  const first = UNITS.findIndex(([, size]) => rest >= size);
  const words: string[] = [];
  for (const [name, size] of UNITS.slice(first, first + 2)) {
    const number = Math.floor(rest / size);
    if (number > 0) words.push(`${number} ${name}`);
    rest -= number * size;
  }
  return words.join(" ");
}
