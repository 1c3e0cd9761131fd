// Turns the number of a Solidity enum's member into the name that the tables use.

/** Throws if the contract knows a member that the schema does not. */
export function memberAt<T extends string>(members: readonly T[], number: number): T {
  const member = members[number];
  if (member === undefined) {
    throw new Error(`enum member ${number} is unknown here; the schema has ${members.join(", ")}`);
  }
  return member;
}
