// What governance sets, and what a deployment names for good.
import type { Context } from "ponder:registry";
import { court as courts, parameter, parameterChange } from "ponder:schema";
import type { Address } from "viem";
import { eventId, type Occurrence, occurred } from "./provenance.ts";

type From = Occurrence & { log: { address: Address } };

/** @param id `Contract.name` */
export async function setParameter(
  { db }: Pick<Context, "db">,
  event: From,
  id: string,
  number: bigint | number,
): Promise<void> {
  const value = BigInt(number);
  const { at, block, transactionHash } = occurred(event);
  const now = { value, setAt: at, block, transactionHash };
  await db
    .insert(parameter)
    .values({ id, contract: event.log.address, ...now })
    .onConflictDoUpdate(now);
  await db
    .insert(parameterChange)
    .values({ id: `${eventId(event)}-${id}`, parameterId: id, value, ...occurred(event) });
}

/** A contract may be a court of the ledger and of the models. */
export async function nameCourt({ db }: Pick<Context, "db">, event: From, court: Address): Promise<void> {
  const { at, block, transactionHash } = occurred(event);
  const of = event.log.address;
  await db.insert(courts).values({ id: `${of}-${court}`, court, of, namedAt: at, block, transactionHash });
}
