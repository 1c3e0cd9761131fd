// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice What a review says of a contribution; ascending, and each but the first names a penalty tier of the datanet's terms (docs/formats.md §7.6).
enum Verdict {
    Keep,
    Mistake,
    Negligence,
    Malice
}
