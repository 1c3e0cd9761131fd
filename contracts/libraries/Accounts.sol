// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {PositionId} from "../types/Ids.sol";

/// @notice What each position has been paid and what waits for it, in as few storage words as claims can do with.
/// @dev Most positions only ever claim attributed income. Three of them share a word of 85-bit *lanes*, so that two of three first claims find a
/// word that is not 0 and cost a quarter of what a fresh one does. A position gets an account of its own once it earns directly or its claimed
/// amount outgrows a lane; its lane then says `MOVED`.
library Accounts {
    struct Account {
        /// @dev Attributed income paid so far, of the cumulative amount in the payouts tree.
        uint128 claimed;
        /// @dev Direct income not yet paid.
        uint128 accrued;
    }

    struct Book {
        mapping(uint256 word => uint256 lanes) lanes;
        mapping(PositionId => Account) own;
    }

    uint256 private constant LANES = 3;
    uint256 private constant LANE_BITS = 85;
    /// @dev All bits of a lane.
    uint256 private constant MOVED = (1 << LANE_BITS) - 1;

    /// @notice Attributed income paid so far, and direct income not yet paid.
    function read(Book storage book, PositionId position) internal view returns (uint128 claimed, uint128 accrued) {
        (, , , uint256 lane) = _laneOf(book, position);
        if (lane != MOVED) return (uint128(lane), 0);
        Account memory account = book.own[position];
        return (account.claimed, account.accrued);
    }

    /// @notice Adds direct income.
    function credit(Book storage book, PositionId position, uint128 amount) internal {
        Account memory account = book.own[position];
        // An account that is not 0 has moved already: the usual case needs no look at the lane.
        if (account.claimed == 0 && account.accrued == 0) account.claimed = _move(book, position);
        account.accrued += amount;
        book.own[position] = account;
    }

    /// @notice Takes direct income back, of which there must be enough.
    function debit(Book storage book, PositionId position, uint128 amount) internal {
        book.own[position].accrued -= amount;
    }

    /// @notice Marks everything up to `cumulative`, and all direct income, as paid.
    /// @return attributed How much more than before. @return accrued The direct income.
    function settle(
        Book storage book,
        PositionId position,
        uint128 cumulative
    ) internal returns (uint128 attributed, uint128 accrued) {
        (uint256 word, uint256 shift, uint256 lanes, uint256 lane) = _laneOf(book, position);
        if (lane == MOVED) {
            Account memory account = book.own[position];
            accrued = account.accrued;
            attributed = _unclaimed(position, cumulative, account.claimed);
            if (attributed != 0 || accrued != 0) book.own[position] = Account(cumulative, 0);
            return (attributed, accrued);
        }
        attributed = _unclaimed(position, cumulative, uint128(lane));
        if (attributed == 0) return (0, 0);
        if (cumulative < MOVED) {
            // The lane becomes `cumulative`, which fits it, so nothing is carried into the next one.
            book.lanes[word] = lanes + (uint256(attributed) << shift);
        } else {
            book.lanes[word] = lanes | (MOVED << shift);
            book.own[position].claimed = cumulative;
        }
    }

    /// @notice Marks all direct income as paid.
    function settleAccrued(Book storage book, PositionId position) internal returns (uint128 accrued) {
        Account storage account = book.own[position];
        accrued = account.accrued;
        if (accrued != 0) account.accrued = 0;
    }

    /// @dev Sees to it that the lane says `MOVED`, and returns what was claimed by it.
    function _move(Book storage book, PositionId position) private returns (uint128) {
        (uint256 word, uint256 shift, uint256 lanes, uint256 lane) = _laneOf(book, position);
        if (lane == MOVED) return 0;
        book.lanes[word] = lanes | (MOVED << shift);
        return uint128(lane);
    }

    function _laneOf(
        Book storage book,
        PositionId position
    ) private view returns (uint256 word, uint256 shift, uint256 lanes, uint256 lane) {
        uint256 id = PositionId.unwrap(position);
        word = id / LANES;
        shift = (id % LANES) * LANE_BITS;
        lanes = book.lanes[word];
        lane = (lanes >> shift) & MOVED;
    }

    function _unclaimed(PositionId position, uint128 cumulative, uint128 claimed) private pure returns (uint128) {
        if (cumulative < claimed) revert IRoyaltyLedger.CumulativeBelowClaimed(position, cumulative, claimed);
        unchecked {
            return cumulative - claimed;
        }
    }
}
