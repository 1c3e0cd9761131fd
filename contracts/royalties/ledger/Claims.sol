// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";
import {SumTree} from "../../libraries/SumTree.sol";
import {TreeKind} from "../../libraries/TreeKind.sol";
import {PositionId} from "../../types/Ids.sol";
import {Root} from "../../types/Root.sol";
import {Books} from "./Books.sol";

/// @notice What positions are paid: direct accruals, and claims against the last finalised payouts root.
abstract contract Claims is Books {
    using SafeERC20 for IERC20;

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
        uint128 total;
        for (uint256 i; i < positions.length; ++i) {
            uint64 position = PositionId.unwrap(positions[i]);
            if (position == 0 || position > existing) revert UnknownPosition(positions[i]);
            if (amounts[i] == 0) continue;
            total += amounts[i];
            _credit(positions[i], msg.sender, amounts[i]);
        }
        _accrued += total;
        _take(msg.sender, total);
    }

    /// @inheritdoc IRoyaltyLedger
    function claim(Claim[] calldata claims) external nonReentrant returns (uint256 paid) {
        address[] memory owners = new address[](claims.length);
        for (uint256 i; i < claims.length; ++i) owners[i] = _ownerOf(claims[i].position);
        uint256[] memory amounts;
        (amounts, paid) = _settle(claims, owners);
        // One transfer for each run of positions with the same owner.
        uint256 sum;
        for (uint256 i; i < claims.length; ++i) {
            sum += amounts[i];
            if (i + 1 < claims.length && owners[i + 1] == owners[i]) continue;
            if (sum != 0) _token.safeTransfer(owners[i], sum);
            sum = 0;
        }
    }

    /// @inheritdoc IRoyaltyLedger
    function claimTo(address recipient, Claim[] calldata claims) external nonReentrant returns (uint256 paid) {
        address[] memory recipients = new address[](claims.length);
        for (uint256 i; i < claims.length; ++i) {
            PositionId position = claims[i].position;
            address owner = _ownerOf(position);
            if (msg.sender != owner && !_isAppointed(position, msg.sender)) revert NotClaimer(position, msg.sender);
            recipients[i] = recipient;
        }
        (, paid) = _settle(claims, recipients);
        if (paid != 0) _token.safeTransfer(recipient, paid);
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
        Account storage account = _accounts[position];
        return (account.claimed, account.accrued);
    }

    /// @dev Effects of a batch of claims.
    function _settle(
        Claim[] calldata claims,
        address[] memory recipients
    ) private returns (uint256[] memory amounts, uint256 paid) {
        Root memory root = _payoutsRoot;
        amounts = new uint256[](claims.length);
        uint256 attributedTotal;
        uint256 accruedTotal;
        for (uint256 i; i < claims.length; ++i) {
            (uint128 attributed, uint128 accrued) = _settleOne(root, claims[i], recipients[i]);
            amounts[i] = uint256(attributed) + accrued;
            attributedTotal += attributed;
            accruedTotal += accrued;
        }
        uint128 unclaimed = _payouts;
        if (attributedTotal > unclaimed) revert ClaimsExceedPayouts(attributedTotal, unclaimed);
        _payouts = unclaimed - uint128(attributedTotal);
        _accrued -= uint128(accruedTotal);
        paid = attributedTotal + accruedTotal;
    }

    function _settleOne(
        Root memory root,
        Claim calldata item,
        address recipient
    ) private returns (uint128 attributed, uint128 accrued) {
        PositionId position = item.position;
        Account memory account = _accounts[position];
        uint128 claimed = account.claimed;
        accrued = account.accrued;
        if (item.opening.length != 0) {
            uint128 cumulative = item.cumulative;
            uint64 place = PositionId.unwrap(position);
            (bool opens, ) = SumTree.verifyLeaf(
                root,
                TreeKind.PAYOUT_DEPTH,
                place,
                cumulative,
                item.payloadHash,
                item.opening
            );
            if (!opens) revert InvalidClaim(position);
            if (cumulative < claimed) revert CumulativeBelowClaimed(position, cumulative, claimed);
            attributed = cumulative - claimed;
            claimed = cumulative;
        }
        if (attributed == 0 && accrued == 0) return (0, 0);
        _accounts[position] = Account(claimed, 0);
        emit Claimed(position, recipient, attributed, accrued);
    }

    function _isAppointed(PositionId position, address caller) private view returns (bool) {
        Appointment memory appointment = _appointments[position];
        return appointment.claimer == caller && appointment.transfers == _positions.transferCount(position);
    }

    function _ownerOf(PositionId position) private view returns (address) {
        return _positions.ownerOf(PositionId.unwrap(position));
    }
}
