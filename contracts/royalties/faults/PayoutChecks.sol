// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Payloads} from "../../libraries/Payloads.sol";

/// @notice The comparisons of the faults of points, earnings and balances (docs/faults.md), over leaves that were opened. Each is true if its statement is,
/// for leaves that are there: where one is absent that another names, there is nothing to compare, and the fault is shown.
library PayoutChecks {
    /// @notice "There is no such place."
    uint32 internal constant NONE = type(uint32).max;

    /// @notice Points a: the tally that an entry names is not the entry's.
    /// @param call Of the entry. @param rank Its place on the list. @param points Its own. @param tallied The tally's sum.
    function deniesEntry(
        Payloads.Tally memory tally,
        uint128 tallied,
        uint64 call,
        uint64 rank,
        uint128 points
    ) internal pure returns (bool) {
        return tally.call != call || tally.entry != rank || tallied != points;
    }

    /// @notice Points b: the entry that a tally names is not the tally's.
    /// @param record Whose tally it is. @param place Of the tally. @param tallied Its sum.
    function deniesTally(
        Payloads.Entry memory entry,
        uint64 record,
        uint64 place,
        uint128 tallied
    ) internal pure returns (bool) {
        return entry.recordIndex != record || entry.tallyIndex != place || entry.points != tallied;
    }

    /// @notice Points c: a net is not `max(0, credits − debits)`.
    function isWrongNet(uint128 net, uint128 credits, uint128 debits) internal pure returns (bool) {
        return net != (credits > debits ? credits - debits : 0);
    }

    /// @notice Earning b: a record has a part of the pool and names no earning, or names one without having a part.
    function isWrongIndex(uint128 part, uint32 earningIndex) internal pure returns (bool) {
        return (part == 0) != (earningIndex == NONE);
    }

    /// @notice Earning c and f: the earning that a record, or a group with a fallback, names is not theirs.
    /// @param earned The earning's sum. @param record `NONE` for a fallback. @param amount The record's part of the pool; the whole pool for a fallback.
    function deniesPart(
        Payloads.Earning memory earning,
        uint128 earned,
        uint64 group,
        uint64 record,
        uint128 amount
    ) internal pure returns (bool) {
        return earning.group != group || earning.record != record || earned != amount;
    }

    /// @notice Earning d: the record that an earning names is not the earning's.
    /// @param position Whose earning it is. @param place Of the earning.
    function deniesEarning(Payloads.Points memory points, uint64 position, uint64 place) internal pure returns (bool) {
        return points.positionId != position || points.earningIndex != place;
    }

    /// @notice Earning e: a group has a fallback though its records share its pool or there is none to share, or has none though nobody else gets the pool.
    /// @param nets Sum of all nets of the group.
    function isWrongFallback(uint128 pool, uint128 nets, uint32 fallbackEarningIndex) internal pure returns (bool) {
        return (pool != 0 && nets == 0) == (fallbackEarningIndex == NONE);
    }

    /// @notice Earning g: the group that a fallback's earning names has not this fallback.
    /// @param position Whose earning it is. @param place Of the earning.
    function deniesFallback(
        Payloads.Group memory group,
        uint64 position,
        uint64 place,
        uint64 treasury
    ) internal pure returns (bool) {
        return position != treasury || group.fallbackEarningIndex != place;
    }

    /// @notice Balance: a payout is not the previous one and its earnings; what is absent is 0.
    function isWrongBalance(uint128 cumulative, uint128 previous, uint128 earned) internal pure returns (bool) {
        return cumulative != uint256(previous) + earned;
    }
}
