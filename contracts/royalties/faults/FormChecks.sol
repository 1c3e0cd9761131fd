// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Payloads} from "../../libraries/Payloads.sol";
import {TreeKind} from "../../libraries/TreeKind.sol";
import {Link} from "../../types/Link.sol";
import {CallChecks} from "./CallChecks.sol";

/// @notice The comparisons of the faults of form (docs/faults.md), over leaves that were opened. Each is true if its statement is.
library FormChecks {
    /// @notice The record of an earning that is a fallback.
    uint32 internal constant NONE = type(uint32).max;

    /// @notice What nothing of a group may reach (docs/formats.md §5.5).
    /// @param calls Of the group. @param records Of its version's index. @param topK Length of a list.
    struct Bounds {
        uint256 calls;
        uint256 records;
        uint256 topK;
    }

    /// @notice Form c and h for an entry: its place, and the record that it names.
    function isEntryOutside(uint64 place, Payloads.Entry memory entry, Bounds memory b) internal pure returns (bool) {
        return place >= b.topK || entry.recordIndex >= b.records;
    }

    /// @notice Form h for a tally: the call and the entry that it names.
    function isTallyOutside(Payloads.Tally memory tally, Bounds memory b) internal pure returns (bool) {
        return tally.call >= b.calls || tally.entry >= b.topK;
    }

    /// @notice Form c and h for a points leaf: its place, and the position that it names.
    /// @param positions How many exist.
    function arePointsOutside(
        uint64 place,
        Payloads.Points memory points,
        Bounds memory b,
        uint64 positions
    ) internal pure returns (bool) {
        return place >= b.records || isNoPosition(points.positionId, positions);
    }

    /// @notice Form c for a payout, and h for what names one.
    function isNoPosition(uint64 position, uint64 positions) internal pure returns (bool) {
        return position == 0 || position > positions;
    }

    /// @notice Form e: whether a tree of this kind has its leaves at 0, 1, 2 … without a gap. The others are sparse.
    function isContiguous(uint8 kind) internal pure returns (bool) {
        return
            kind == TreeKind.GROUP ||
            kind == TreeKind.TRACE ||
            kind == TreeKind.ENTRY ||
            kind == TreeKind.TALLY ||
            kind == TreeKind.EARNING;
    }

    /// @notice Form d: whether two leaves of a tree of this kind, the second at a later place, are not strictly ascending in its order
    /// (docs/formats.md §8.2). In the trees that are not named here the place is the order.
    function isDescending(uint8 kind, Link calldata first, Link calldata second) internal pure returns (bool) {
        if (kind == TreeKind.ENTRY) return !CallChecks.precedes(CallChecks.keyOf(first), CallChecks.keyOf(second));
        if (kind == TreeKind.TALLY) return _tallyKey(first) >= _tallyKey(second);
        if (kind == TreeKind.EARNING) return _earningKey(first) >= _earningKey(second);
        return false;
    }

    function _tallyKey(Link calldata link) private pure returns (uint256) {
        Payloads.Tally memory tally = Payloads.tally(link.payload);
        return (uint256(tally.call) << 16) | tally.entry;
    }

    /// @dev A fallback's record is the largest value, so that it is last in its group.
    function _earningKey(Link calldata link) private pure returns (uint256) {
        Payloads.Earning memory earning = Payloads.earning(link.payload);
        return (uint256(earning.group) << 32) | earning.record;
    }
}
