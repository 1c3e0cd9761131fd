// What a check needs and was not given: neither wrong nor right.

/** What is needed was not served, for whatever reason: nothing is shown, either way. */
export class NotServed extends Error {
  override name = "NotServed";
}

/** The indexer does not keep what is needed, and what it served is not wrong. */
export class NotKept extends NotServed {
  override name = "NotKept";
}
