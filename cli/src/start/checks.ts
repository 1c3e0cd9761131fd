// The checks that the main job makes of itself; it ends with success only if every one holds.

export interface Check {
  name: string;
  ok: boolean;
  /** The figures that were compared. */
  detail: string;
}

export class Checks {
  readonly #list: Check[] = [];

  /** Records one check; a failed one does not stop the job, so that the report shows all of them. */
  add(name: string, ok: boolean, detail: string): void {
    this.#list.push({ name, ok, detail });
  }

  equal(name: string, left: [what: string, value: bigint], right: [what: string, value: bigint]): void {
    this.add(
      name,
      left[1] === right[1],
      `${left[0]} ${left[1]} ${left[1] === right[1] ? "=" : "≠"} ${right[0]} ${right[1]}`,
    );
  }

  get list(): readonly Check[] {
    return this.#list;
  }

  get ok(): boolean {
    return this.#list.every((check) => check.ok);
  }
}
