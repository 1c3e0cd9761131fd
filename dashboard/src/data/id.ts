// Which texts are ids of the chain.

/** Whether it is a whole number that fits the chain's 256 bits. */
export function isId(text: string): boolean {
  return /^(0|[1-9]\d{0,77})$/.test(text) && BigInt(text) < 2n ** 256n;
}
