// What was measured of the quality of a work folder's index, until it is published.
import type { QualityMeasure, QualityReport } from "@tributary/protocol/quality-report";
import type { Hex } from "viem";
import type { Estimate } from "../quality/statistics.ts";
import { FILES, readJson, writeJson } from "./files.ts";

export interface MeasuredFile extends Pick<QualityReport, "data" | "command" | "measuredAt" | "measures"> {
  /** Of the index by which influence was predicted. */
  readonly indexBundle: Hex;
}

const DIGITS = 4;

/** A figure as reports write it. */
export function figure({ value, low, high }: Estimate): Pick<QualityMeasure, "value" | "low" | "high"> {
  return { value: value.toFixed(DIGITS), low: low.toFixed(DIGITS), high: high.toFixed(DIGITS) };
}

export function writeMeasured(work: string, measured: MeasuredFile): void {
  writeJson(work, FILES.measured, measured);
}

export function readMeasured(work: string): MeasuredFile {
  return readJson<MeasuredFile>(work, FILES.measured, "leave-out");
}
