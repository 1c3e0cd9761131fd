/** The quality trials' figures as a table for people. */
import { formatTable } from "../../../scripts/table.ts";
import type { MethodResult, SettingResult } from "./setting.ts";

/** What `npm run quality -- --json` prints: settings by name, methods by name, and `about` how they were measured. */
export function qualityJson(results: ReadonlyMap<string, SettingResult>, quick: boolean): string {
  const figures = [...results].map(([name, { methods }]) => [name, methods] as const);
  const protocols = [...results].map(([name, { protocol }]) => [name, protocol] as const);
  return JSON.stringify({ ...Object.fromEntries(figures), about: { quick, ...Object.fromEntries(protocols) } });
}

/** A row per setting and method; what was not measured is left empty. */
export function qualityTable(results: ReadonlyMap<string, SettingResult>): string {
  const head = [
    "setting, method",
    "k",
    "bytes",
    "LDS",
    "95 %",
    "sketch ahead by",
    "AUC",
    "by self",
    "int8 loss",
    "payout error",
  ];
  const rows = [...results].flatMap(([setting, { methods }]) =>
    Object.entries(methods).map(([name, result]) => [`${setting}, ${name}`, ...cells(result)]),
  );
  const protocols = [...results].map(([setting, { protocol }]) => {
    const { records, queries, subsets, seeds, subsetShare, ceiling } = protocol;
    return `${setting}: ${records} records, ${queries} queries, ${subsets} subsets of ${100 * subsetShare} % × ${seeds} seeds; a perfect prediction would score ${ceiling.toFixed(3)}`;
  });
  return [formatTable([head, ...rows]), "", ...protocols].join("\n");
}

function cells({ k, bytes, lds, ci, sketchAhead, auc, selfAuc, int8Loss, payoutError }: MethodResult): string[] {
  const number = (value: number | undefined, digits = 3): string => value?.toFixed(digits) ?? "";
  const interval = ([low, high]: readonly [number, number]): string => `${number(low)} … ${number(high)}`;
  return [
    String(k),
    String(bytes),
    number(lds),
    interval(ci),
    sketchAhead === undefined ? "" : `${number(sketchAhead.value)} (${interval(sketchAhead.ci)})`,
    number(auc),
    number(selfAuc),
    number(int8Loss, 5),
    number(payoutError, 4),
  ];
}
