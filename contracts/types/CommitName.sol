// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Names one commit of any kind: `kind u8 ‖ id u64 ‖ sub u32` (docs/formats.md §9). The two roots of a proposal are one commit, under the groups' kind.
type CommitName is bytes13;
