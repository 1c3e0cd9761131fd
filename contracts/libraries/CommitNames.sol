// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {CommitName} from "../types/CommitName.sol";

/// @notice Writes and reads the names of commits (docs/formats.md §9).
library CommitNames {
    /// @notice The name of commit number `sub` among those of this kind and id.
    function encode(uint8 kind, uint64 id, uint32 sub) internal pure returns (CommitName) {
        return CommitName.wrap(bytes13((uint104(kind) << 96) | (uint104(id) << 32) | sub));
    }

    /// @notice The epoch, model version or settlement that the commit is of.
    function idOf(CommitName name) internal pure returns (uint64) {
        return uint64(uint104(CommitName.unwrap(name)) >> 32);
    }

    /// @notice Number of the commit among those of its kind and id.
    function subOf(CommitName name) internal pure returns (uint32) {
        return uint32(uint104(CommitName.unwrap(name)));
    }
}
