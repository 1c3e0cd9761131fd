// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";
import {Accounts} from "../../libraries/Accounts.sol";
import {SumTree} from "../../libraries/SumTree.sol";
import {SumPath} from "../../libraries/SumPath.sol";
import {TreeKind} from "../../libraries/TreeKind.sol";
import {PositionId} from "../../types/Ids.sol";
import {Books} from "./Books.sol";

/// @notice What positions are paid: direct accruals, and claims against the last finalised payouts root.
abstract contract Claims is Books {
    using Accounts for Accounts.Book;
    using SafeERC20 for IERC20;
    using SumPath for SumPath.Path;

    /// @dev What a batch of claims settles, and whom it pays: one payment for each run of claims with the same recipient. The last run is in
    /// `recipient` and `amount`, so that a batch for one recipient needs no lists.
    struct Batch {
        SumPath.Path path;
        uint256 size;
        uint256 attributed;
        uint256 accrued;
        address recipient;
        uint256 amount;
        uint256 closedRuns;
        address[] recipients;
        uint256[] amounts;
    }

    /// @dev Ends with the position's next transfer, and stays ended if its owner gets it back.
    struct Appointment {
        address claimer;
        uint64 transfers;
    }

    mapping(PositionId => Appointment) private _appointments;

    /// @inheritdoc IRoyaltyLedger
    function accrue(PositionId[] calldata positions, uint128[] calldata amounts) external nonReentrant {
        if (positions.length != amounts.length) revert LengthMismatch(positions.length, amounts.length);
        uint64 existing = _positions.positionCount();
        uint128 before = _accrued;
        uint256 total;
        for (uint256 i; i < positions.length; ++i) {
            uint64 position = PositionId.unwrap(positions[i]);
            if (position == 0 || position > existing) revert UnknownPosition(positions[i]);
            if (amounts[i] == 0) continue;
            total += amounts[i];
            // Before any book is written: no account holds more than all of them do.
            if (total > type(uint128).max - before) revert AccruedTooLarge(before + total);
            _credit(positions[i], msg.sender, amounts[i]);
        }
        _accrued = before + uint128(total);
        _take(msg.sender, total);
    }

    /// @inheritdoc IRoyaltyLedger
    function claim(Claim[] calldata claims) external nonReentrant returns (uint256 paid) {
        Batch memory batch = _openBatch(claims.length);
        for (uint256 i; i < claims.length; ++i) _settle(batch, claims[i], _ownerOf(claims[i].position));
        return _pay(batch);
    }

    /// @inheritdoc IRoyaltyLedger
    function claimTo(address recipient, Claim[] calldata claims) external nonReentrant returns (uint256 paid) {
        if (recipient == address(0)) revert ZeroRecipient();
        Batch memory batch = _openBatch(claims.length);
        for (uint256 i; i < claims.length; ++i) {
            PositionId position = claims[i].position;
            if (msg.sender != _ownerOf(position) && !_isAppointed(position, msg.sender))
                revert NotClaimer(position, msg.sender);
            _settle(batch, claims[i], recipient);
        }
        return _pay(batch);
    }

    /// @inheritdoc IRoyaltyLedger
    function setClaimer(PositionId position, address claimer) external {
        if (_ownerOf(position) != msg.sender) revert NotPositionOwner(position, msg.sender);
        _appointments[position] = Appointment(claimer, _positions.transferCount(position));
        emit ClaimerSet(position, msg.sender, claimer);
    }

    /// @inheritdoc IRoyaltyLedger
    function claimedOf(
        PositionId position
    ) external view returns (uint128 claimedAttributed, uint128 unclaimedAccrued) {
        return _accounts.read(position);
    }

    // --- internal ---

    function _openBatch(uint256 size) internal view returns (Batch memory batch) {
        batch.path = SumPath.begin(_payoutsHash, _payoutsSum, TreeKind.PAYOUT_DEPTH);
        batch.size = size;
    }

    /// @dev Effects of one claim on its position.
    function _settle(Batch memory batch, Claim calldata item, address recipient) internal {
        PositionId position = item.position;
        uint128 attributed;
        uint128 accrued;
        if (item.opening.length == 0) {
            accrued = _accounts.settleAccrued(position);
        } else {
            uint128 cumulative = item.cumulative;
            uint64 place = PositionId.unwrap(position);
            bytes32 leaf = SumTree.leafHash(place, cumulative, item.payloadHash);
            if (!batch.path.open(place, leaf, cumulative, item.opening)) revert InvalidClaim(position);
            (attributed, accrued) = _accounts.settle(position, cumulative);
        }
        uint256 amount = uint256(attributed) + accrued;
        if (amount == 0) return;
        if (batch.recipient != recipient) {
            if (batch.amount != 0) _closeRun(batch);
            (batch.recipient, batch.amount) = (recipient, 0);
        }
        unchecked {
            // Sums of u128, as many as one transaction can hold.
            batch.attributed += attributed;
            batch.accrued += accrued;
            batch.amount += amount;
        }
        emit Claimed(position, recipient, attributed, accrued);
    }

    /// @dev Effects of a batch on the totals, then its payments.
    function _pay(Batch memory batch) internal returns (uint256 paid) {
        uint256 attributed = batch.attributed;
        uint256 accrued = batch.accrued;
        if (attributed != 0) {
            uint128 unclaimed = _payouts;
            if (attributed > unclaimed) revert ClaimsExceedPayouts(attributed, unclaimed);
            _payouts = unclaimed - uint128(attributed);
        }
        if (accrued != 0) _accrued -= uint128(accrued);
        for (uint256 i; i < batch.closedRuns; ++i) _token.safeTransfer(batch.recipients[i], batch.amounts[i]);
        if (batch.amount != 0) _token.safeTransfer(batch.recipient, batch.amount);
        return attributed + accrued;
    }

    /// @dev Puts the last run on the lists.
    function _closeRun(Batch memory batch) private pure {
        if (batch.closedRuns == 0) {
            batch.recipients = new address[](batch.size);
            batch.amounts = new uint256[](batch.size);
        }
        batch.recipients[batch.closedRuns] = batch.recipient;
        batch.amounts[batch.closedRuns] = batch.amount;
        ++batch.closedRuns;
    }

    function _ownerOf(PositionId position) internal view returns (address) {
        return _positions.ownerOf(PositionId.unwrap(position));
    }

    function _isAppointed(PositionId position, address caller) private view returns (bool) {
        Appointment memory appointment = _appointments[position];
        return appointment.claimer == caller && appointment.transfers == _positions.transferCount(position);
    }
}
