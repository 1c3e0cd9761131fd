// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice The root of a sum tree (docs/formats.md §2). An empty tree is (0, 0).
struct Root {
    bytes32 hash;
    uint128 sum;
}
