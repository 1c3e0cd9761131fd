// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IRoyaltyVault} from "../../interfaces/IRoyaltyVault.sol";
import {SumPath} from "../../libraries/SumPath.sol";
import {SumTree} from "../../libraries/SumTree.sol";
import {TreeKind} from "../../libraries/TreeKind.sol";
import {PositionId} from "../../types/Ids.sol";
import {Payouts} from "./Payouts.sol";

/// @notice Claims against the last payouts root, by anyone for the owner, and by the owner or a claimer whom they appointed.
abstract contract Claims is Payouts {
    using SafeERC20 for IERC20;
    using SumPath for SumPath.Path;

    /// @dev Neighbouring claims of a batch that pay one recipient: one payment for all of them.
    struct Run {
        address recipient;
        uint256 amount;
    }

    /// @dev Ends with the position's next transfer, and stays ended if its owner gets it back.
    struct Appointment {
        address claimer;
        uint64 transfers;
    }

    mapping(PositionId => Appointment) private _appointments;

    /// @inheritdoc IRoyaltyVault
    function claimOne(
        PositionId position,
        uint128 cumulative,
        bytes32 payloadHash,
        bytes calldata opening
    ) external returns (uint256 paid) {
        SumPath.Path memory path;
        _begin(path, 1);
        (address owner, uint256 attributed, bool hasDirect) = _settle(path, position, cumulative, payloadHash, opening);
        paid = _report(position, owner, attributed, hasDirect);
        _transfer(owner, attributed);
    }

    /// @inheritdoc IRoyaltyVault
    function claim(Claim[] calldata claims) external returns (uint256 paid) {
        SumPath.Path memory path;
        _begin(path, claims.length);
        Run memory run;
        for (uint256 i; i < claims.length; ++i) {
            Claim calldata item = claims[i];
            PositionId position = item.position;
            (address owner, uint256 attributed, bool hasDirect) = _settle(path, position, item);
            paid += _pay(run, position, owner, attributed, hasDirect);
        }
        _transfer(run.recipient, run.amount);
    }

    /// @inheritdoc IRoyaltyVault
    function claimTo(address recipient, Claim[] calldata claims) external returns (uint256 paid) {
        if (recipient == address(0)) revert ZeroRecipient();
        SumPath.Path memory path;
        _begin(path, claims.length);
        Run memory run;
        for (uint256 i; i < claims.length; ++i) {
            Claim calldata item = claims[i];
            PositionId position = item.position;
            (address owner, uint256 attributed, bool hasDirect) = _settle(path, position, item);
            if (msg.sender != owner && !_isAppointed(position, msg.sender)) revert NotClaimer(position, msg.sender);
            paid += _pay(run, position, recipient, attributed, hasDirect);
        }
        _transfer(run.recipient, run.amount);
    }

    /// @inheritdoc IRoyaltyVault
    function setClaimer(PositionId position, address claimer) external {
        if (_ownerOf(position) != msg.sender) revert NotPositionOwner(position, msg.sender);
        _appointments[position] = Appointment(claimer, _positions.transferCount(position));
        emit ClaimerSet(position, msg.sender, claimer);
    }

    // --- internal ---

    function _begin(SumPath.Path memory path, uint256 size) internal view {
        path.begin(payoutsCommitment, TreeKind.PAYOUT_DEPTH, size);
    }

    /// @dev Books everything up to the claim's amount as paid.
    /// @return owner Of the position. @return attributed How much more than before. @return hasDirect Whether the ledger may owe it direct income.
    function _settle(
        SumPath.Path memory path,
        PositionId position,
        Claim calldata item
    ) internal returns (address owner, uint256 attributed, bool hasDirect) {
        return _settle(path, position, item.cumulative, item.payloadHash, item.opening);
    }

    function _settle(
        SumPath.Path memory path,
        PositionId position,
        uint128 cumulative,
        bytes32 payloadHash,
        bytes calldata opening
    ) internal returns (address owner, uint256 attributed, bool hasDirect) {
        if (opening.length == 0) return (_ownerOf(position), 0, true);
        bytes32 leaf = SumTree.leafHash(PositionId.unwrap(position), cumulative, payloadHash);
        if (!path.open(PositionId.unwrap(position), leaf, cumulative, opening)) revert InvalidClaim(position);
        return _book(position, cumulative);
    }

    /// @dev Pays a settled claim: direct income at once, the rest with its run.
    function _pay(
        Run memory run,
        PositionId position,
        address recipient,
        uint256 attributed,
        bool hasDirect
    ) internal returns (uint256 paid) {
        paid = _report(position, recipient, attributed, hasDirect);
        if (attributed == 0) return paid;
        if (run.recipient != recipient) {
            _transfer(run.recipient, run.amount);
            (run.recipient, run.amount) = (recipient, 0);
        }
        unchecked {
            // Sums of u128, as many as one transaction can hold.
            run.amount += attributed;
        }
    }

    /// @dev Reports a settled claim and has the ledger pay its direct income; the attributed is still to be paid.
    /// @return paid Both.
    function _report(
        PositionId position,
        address recipient,
        uint256 attributed,
        bool hasDirect
    ) private returns (uint256 paid) {
        if (hasDirect) paid = _ledger.payAccrued(position, recipient);
        if (attributed == 0) return paid;
        emit Claimed(position, recipient, uint128(attributed));
        unchecked {
            paid += attributed;
        }
    }

    /// @dev Pays from the balance, which is looked at only where the payment fails.
    function _transfer(address recipient, uint256 amount) internal {
        if (amount == 0 || _token.trySafeTransfer(recipient, amount)) return;
        uint256 held = unclaimed();
        if (held < amount) revert ClaimsExceedPayouts(amount, held);
        // Once more, for the token's own error.
        _token.safeTransfer(recipient, amount);
    }

    function _isAppointed(PositionId position, address caller) private view returns (bool) {
        Appointment memory appointment = _appointments[position];
        return appointment.claimer == caller && appointment.transfers == _positions.transferCount(position);
    }
}
