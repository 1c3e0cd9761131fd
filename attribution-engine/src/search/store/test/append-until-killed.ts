// Appends records to a store and commits them, for as long as it is left to live; says after each commit how many there are.
import { openRecordAppender } from "../append-store.ts";
import { madeRecords } from "./made-records.ts";

const [path, seed] = process.argv.slice(2);
const store = openRecordAppender(path!);
let at = store.committed;
for (let round = Number(seed); ; round++) {
  const count = 1 + ((round * 37) % 90);
  store.append(madeRecords(at, count, store.k));
  at += count;
  if (round % 3 !== 0) continue;
  process.stdout.write(`${store.commit()}\n`);
}
