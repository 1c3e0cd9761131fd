// A table as GraphQL and the database name its columns.
import type { Column, Relation, TableRelationalConfig } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";

/** By GraphQL's names; of the table's columns those that were read. */
export type Row = Record<string, unknown>;

export class TableShape {
  readonly name: string;
  readonly names: readonly string[];
  readonly width: number;
  readonly source: PgTable;
  readonly relations: Readonly<Record<string, Relation>>;
  /** Columns that a row must have for a relation to be followed, by the relation. */
  readonly keys = new Map<string, readonly string[]>();
  readonly #places: ReadonlyMap<string, number>;
  readonly #columns: readonly Column[];

  constructor(table: TableRelationalConfig, source: PgTable) {
    this.source = source;
    this.name = table.tsName;
    this.relations = table.relations;
    this.names = Object.keys(table.columns);
    this.#columns = Object.values(table.columns);
    this.width = this.names.length;
    this.#places = new Map(this.names.map((name, place) => [name, place]));
  }

  nameOf(column: Column): string {
    return this.names[this.#columns.findIndex(({ name }) => name === column.name)]!;
  }

  column(name: string): Column {
    return this.#columns[this.#places.get(name)!]!;
  }

  /** Of the columns that selected fields need, at least one. */
  placesFor(fields: ReadonlySet<string>): number[] {
    const places = new Set<number>();
    for (const field of fields)
      for (const name of this.keys.get(field) ?? [field]) {
        const place = this.#places.get(name);
        if (place !== undefined) places.add(place);
      }
    return places.size === 0 ? [0] : [...places];
  }

  /** Of a row, as the database takes it. */
  valueOf(row: Row, name: string): unknown {
    return driverValue(this.column(name), row[name]);
  }

  rowOf(places: readonly number[], values: readonly unknown[]): Row {
    const row: Row = {};
    for (const [index, place] of places.entries()) {
      const value = values[index];
      row[this.names[place]!] = value === null ? null : this.#columns[place]!.mapFromDriverValue(value);
    }
    return row;
  }
}

/** As the database takes it. */
export function driverValue(column: Column, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  const mapped = column.mapToDriverValue(value);
  return typeof mapped === "bigint" ? String(mapped) : mapped;
}
