// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Payloads} from "../../libraries/Payloads.sol";
import {PrefixSplit} from "../../libraries/PrefixSplit.sol";
import {Sketch} from "../../libraries/Sketch.sol";
import {Link} from "../../types/Link.sol";

/// @notice The comparisons of the faults of a call (docs/faults.md: receipt, influence, omission, form g), over what was opened.
library CallChecks {
    /// @dev A key of an entry list: entries stand by `w` descending, then by record ascending.
    struct Key {
        uint256 w;
        uint256 record;
    }

    /// @notice The amount of the call at a place of a settlement's receipts: its part of the pool (docs/formats.md §6.3).
    function amountOf(uint128 pool, uint128 prefix, uint128 weight, uint128 total) internal pure returns (uint128) {
        return total == 0 ? 0 : PrefixSplit.part(pool, prefix, weight, total);
    }

    /// @notice The points of a helpful entry (docs/formats.md §6.3).
    /// @param amount Of the call. @param prefix Sum of `w` of the entries before it. @param w Its own.
    function creditOf(
        uint128 amount,
        Payloads.Trace memory call,
        uint128 prefix,
        uint128 w
    ) internal pure returns (uint128) {
        return call.helpful.sum == 0 ? 0 : PrefixSplit.part(amount, prefix, w, call.helpful.sum);
    }

    /// @notice The points of a harmful entry; arguments as of `creditOf`.
    function debitOf(
        uint128 amount,
        Payloads.Trace memory call,
        uint16 debitFactor,
        uint128 prefix,
        uint128 w
    ) internal pure returns (uint128) {
        uint128 total = call.helpful.sum;
        if (total == 0) return 0;
        if (total < call.harmful.sum) total = call.harmful.sum;
        return PrefixSplit.part(uint128((uint256(amount) * debitFactor) / 256), prefix, w, total);
    }

    /// @notice The key of a listed entry.
    function keyOf(Link calldata entry) internal pure returns (Key memory) {
        return Key(entry.sum, Payloads.entry(entry.payload).recordIndex);
    }

    /// @notice Whether a list has `a` before `b`.
    function precedes(Key memory a, Key memory b) internal pure returns (bool) {
        return a.w > b.w || (a.w == b.w && a.record < b.record);
    }

    /// @notice `s` and `w` of an index leaf for a call's sketch leaf, both well-formed and of the same size (docs/formats.md §6.3).
    function influenceOf(bytes calldata record, bytes calldata sketch) internal pure returns (int64 s, uint128 w) {
        int256 dot = Sketch.dot(
            Payloads.recordSketch(record),
            Payloads.callSketch(sketch),
            Payloads.recordSum(record),
            Payloads.callSum(sketch)
        );
        // |dot| is at most 4096·127² and the scale below 2^24, so that s is below 2^51 and w below 2^59.
        unchecked {
            int256 scaled = int256(uint256(Payloads.scale(record))) * dot;
            uint256 size = uint256(scaled < 0 ? -scaled : scaled);
            return (int64(scaled), uint128(size * Payloads.novelty(record)));
        }
    }
}
