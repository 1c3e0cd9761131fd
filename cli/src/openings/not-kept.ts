// The error of an opening that a source does not keep.
import { UserError } from "../errors.ts";

/** A source does not keep what was asked for: another may, and it is not nothing. */
export class NotKept extends UserError {
  constructor(message: string) {
    super(message, 1);
    this.name = "NotKept";
  }
}
