// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice One link of a chain of openings (docs/formats.md §4): a place of a tree, what stands there, and the siblings that show it.
/// @dev What stands there is one of
/// - a leaf: `payload` is not empty, the opening descends to the tree's depth;
/// - absence: `payload` and `preimage` are empty and `sum` is 0; the opening may end above the place, in the absent node that covers it;
/// - a node that is to be shown malformed: `preimage` is that of the node in which the opening ends, at or above the place, and `sum` the node's as
///   its parent states it (both 0 and empty `preimage` cannot be told from absence and need not be). At the leaf's level `payload` is the leaf's, where a
///   rule about payloads is broken.
/// A chain is a list of links, the outermost tree's first; each but the last is a leaf, whose nested root `which` (in payload order) the next one
/// begins at. Where a leaf or a nested root on the way is absent, everything below is: the chain ends there.
struct Link {
    uint64 key;
    uint8 which;
    uint128 sum;
    bytes payload;
    bytes preimage;
    bytes opening;
}
