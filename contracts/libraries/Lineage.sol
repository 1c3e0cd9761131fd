// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PositionId} from "../types/Ids.sol";
import {Ancestor} from "../types/Split.sol";

/// @notice Collects the ancestors of a model: each position once, at the highest rate that any line of descent gives it.
library Lineage {
    uint256 internal constant MOST = 16;

    /// @notice Room for `MOST` ancestors.
    function empty() internal pure returns (Ancestor[] memory) {
        return new Ancestor[](MOST);
    }

    /// @notice Adds an ancestor to the first `count` of `list`. One that does not fit is counted, not stored.
    /// @return The new count.
    function add(Ancestor[] memory list, uint256 count, Ancestor memory ancestor) internal pure returns (uint256) {
        if (ancestor.bps == 0) return count;
        uint256 stored = count < MOST ? count : MOST;
        for (uint256 i; i < stored; ++i) {
            if (PositionId.unwrap(list[i].position) == PositionId.unwrap(ancestor.position)) {
                if (ancestor.bps > list[i].bps) list[i].bps = ancestor.bps;
                return count;
            }
        }
        if (count < MOST) list[count] = ancestor;
        return count + 1;
    }

    /// @notice The first `count` of `list`, in place.
    function cut(Ancestor[] memory list, uint256 count) internal pure returns (Ancestor[] memory) {
        assembly ("memory-safe") {
            mstore(list, count)
        }
        return list;
    }
}
