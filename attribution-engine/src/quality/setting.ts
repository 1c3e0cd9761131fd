/** What a setting of the quality trials is: data, a model and its training, on which methods of attribution are measured. */

/** A method's figures; those that were not measured are absent. */
export interface MethodResult {
  /** Coordinates and bytes that it keeps of a record. */
  readonly k: number;
  readonly bytes: number;
  /** The linear datamodelling score on reported queries, with its 95 % interval. */
  readonly lds: number;
  readonly ci: readonly [low: number, high: number];
  /** How far the sketch's score is above this method's, with the 95 % interval of the difference. */
  readonly sketchAhead?: { readonly value: number; readonly ci: readonly [low: number, high: number] };
  /** Mislabel detection: the chance that a mislabelled record's mean influence on held-out images is below that of one that is not. */
  readonly auc?: number;
  /** The same by self-influence, which is the larger for mislabelled records. */
  readonly selfAuc?: number;
  /** By how much rounding to int8 lowers the score. */
  readonly int8Loss?: number;
  /** Total variation distance of what records are paid by the int8 sketches from what they are paid by unrounded ones, 0 to 1. */
  readonly payoutError?: number;
  /** What was chosen on tuning queries. */
  readonly tuned?: Readonly<Record<string, number | boolean>>;
}

/** Figures of a setting. */
export interface SettingResult {
  readonly methods: Readonly<Record<string, MethodResult>>;
  /** How they were measured. */
  readonly protocol: {
    readonly records: number;
    readonly queries: number;
    readonly tuningQueries: number;
    readonly subsets: number;
    readonly subsetShare: number;
    readonly seeds: number;
    /** What a perfect prediction of the mean over infinitely many seeds would score. */
    readonly ceiling: number;
    readonly [figure: string]: number | string | boolean;
  };
}

/** How a setting is to be run. */
export interface SettingContext {
  /** Where outcomes are kept, so that a run that was ended goes on. */
  readonly folder: string;
  readonly workers: number;
  /** Fewer subsets and seeds, and no sums over models, so that all settings together end within five minutes on two cores. */
  readonly quick: boolean;
  onProgress(stage: string, done: number, total: number): void;
}

/** A setting that the command can run. */
export interface Setting {
  readonly name: string;
  readonly about: string;
  run(context: SettingContext): Promise<SettingResult>;
}
