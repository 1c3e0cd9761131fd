// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IModelTill} from "../interfaces/IModelTill.sol";
import {IOperatorStaking} from "../interfaces/IOperatorStaking.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {PrefixSplit} from "../libraries/PrefixSplit.sol";
import {Receipts} from "../libraries/Receipts.sol";
import {TreeKind} from "../libraries/TreeKind.sol";
import {ModelId, ModelVersion, PositionId, SettlementId} from "../types/Ids.sol";
import {Root} from "../types/Root.sol";
import {Ancestor, Split} from "../types/Split.sol";

/// @notice Till of one model at one gateway, which are the arguments in the clone's code.
contract ModelTill is IModelTill, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev Parts of a fee besides the ancestors': two before them, four after.
    uint256 private constant BEFORE = 2;
    uint256 private constant PARTS = 6;

    IRoyaltyLedger private immutable _ledger;
    IModelRegistry private immutable _models;
    IOperatorStaking private immutable _staking;
    IERC20 private immutable _token;
    PositionId private immutable _treasury;

    constructor(IRoyaltyLedger ledger, IModelRegistry models, IOperatorStaking staking) {
        _ledger = ledger;
        _models = models;
        _staking = staking;
        _token = IERC20(ledger.token());
        _treasury = ledger.treasuryPosition();
    }

    /// @inheritdoc IModelTill
    function close(
        ModelVersion version,
        Root calldata receipts,
        uint32 count,
        bytes32 bundleHash
    ) external nonReentrant returns (SettlementId settlement) {
        IModelRegistry.Closing memory closing = _requireGateway(version);
        uint128 fee = receipts.sum;
        if (fee == 0 || count == 0 || receipts.hash == 0) revert NoReceipts();
        if (count > 1 << TreeKind.RECEIPT_DEPTH) revert TooManyReceipts(count);
        uint256 balance = _token.balanceOf(address(this));
        if (balance < fee) revert NotCovered(balance, fee);
        uint128 pool = _divide(version, closing, fee);
        settlement = _ledger.openSettlement(version, receipts, count, pool);
        emit Closed(settlement, version, receipts, count, fee, pool, bundleHash);
    }

    /// @inheritdoc IModelTill
    function closePlain(ModelVersion version) external nonReentrant {
        IModelRegistry.Closing memory closing = _requireGateway(version);
        uint256 balance = _token.balanceOf(address(this));
        if (balance == 0) revert NothingToClose();
        uint128 fee = balance > type(uint128).max ? type(uint128).max : uint128(balance);
        uint128 pool = _divide(version, closing, fee);
        if (pool != 0) _ledger.addPlainIncome(version, pool);
        emit ClosedPlain(version, fee, pool);
    }

    /// @inheritdoc IModelTill
    function model() public view returns (ModelId) {
        (ModelId model_, ) = _arguments();
        return model_;
    }

    /// @inheritdoc IModelTill
    function gateway() public view returns (address) {
        (, address gateway_) = _arguments();
        return gateway_;
    }

    /// @inheritdoc IModelTill
    function receiptDigest(bytes32 receiptHash) external view returns (bytes32) {
        return Receipts.digest(address(this), receiptHash);
    }

    /// @dev Only the gateway closes, only versions of the till's model, and only those whose calls can be attributed.
    function _requireGateway(ModelVersion version) private view returns (IModelRegistry.Closing memory closing) {
        (ModelId own, address gateway_) = _arguments();
        if (msg.sender != gateway_) revert NotGateway(msg.sender);
        closing = _models.closingOf(version);
        if (ModelId.unwrap(closing.model) != ModelId.unwrap(own)) revert WrongModel(version);
        if (!closing.isUsable) revert IndexNotUsable(version);
    }

    /// @dev Pays every part of a fee but the data's, which is returned with the ledger allowed to take it (docs/formats.md §6.2).
    function _divide(
        ModelVersion version,
        IModelRegistry.Closing memory closing,
        uint128 fee
    ) private returns (uint128 pool) {
        uint128[] memory parts = PrefixSplit.split(fee, _weights(closing.split, closing.ancestors));
        uint256 data = parts.length - 1;
        uint256 stakers = data - 2;
        if (parts[stakers] != 0 && !_staking.isRewardToken(address(_token))) {
            parts[data] += parts[stakers];
            parts[stakers] = 0;
        }
        uint128 toGateway = parts[1];
        uint128 toStakers = parts[stakers];
        pool = parts[data];
        _emitSplit(version, parts);
        (PositionId[] memory positions, uint128[] memory amounts) = _credits(closing, parts);
        _token.forceApprove(address(_ledger), fee - toGateway - toStakers);
        _ledger.accrue(positions, amounts);
        if (toStakers != 0) {
            _token.forceApprove(address(_staking), toStakers);
            _staking.fundModel(closing.model, address(_token), toStakers);
        }
        if (toGateway != 0) _token.safeTransfer(msg.sender, toGateway);
    }

    function _weights(Split memory split, Ancestor[] memory ancestors) private pure returns (uint256[] memory weights) {
        uint256 n = ancestors.length;
        weights = new uint256[](PARTS + n);
        weights[0] = split.treasury;
        weights[1] = split.gateway;
        for (uint256 i; i < n; ++i) weights[BEFORE + i] = ancestors[i].bps;
        weights[BEFORE + n] = split.curators;
        weights[BEFORE + n + 1] = split.stakers;
        weights[BEFORE + n + 2] = split.developer;
        weights[BEFORE + n + 3] = split.data;
    }

    /// @dev What goes to positions at once: treasury, developer, ancestors, curators.
    function _credits(
        IModelRegistry.Closing memory closing,
        uint128[] memory parts
    ) private view returns (PositionId[] memory positions, uint128[] memory amounts) {
        Ancestor[] memory ancestors = closing.ancestors;
        PositionId[] memory curators = closing.curators;
        uint256 n = ancestors.length;
        uint128[] memory cuts = PrefixSplit.split(parts[BEFORE + n], closing.curatedRecords);
        positions = new PositionId[](2 + n + curators.length);
        amounts = new uint128[](positions.length);
        positions[0] = _treasury;
        amounts[0] = parts[0];
        positions[1] = closing.developerPosition;
        amounts[1] = parts[BEFORE + n + 2];
        for (uint256 i; i < n; ++i) {
            positions[2 + i] = ancestors[i].position;
            amounts[2 + i] = parts[BEFORE + i];
        }
        for (uint256 i; i < curators.length; ++i) {
            positions[2 + n + i] = curators[i];
            amounts[2 + n + i] = cuts[i];
        }
    }

    function _emitSplit(ModelVersion version, uint128[] memory parts) private {
        uint256 n = parts.length - PARTS;
        uint128 ancestors;
        for (uint256 i; i < n; ++i) ancestors += parts[BEFORE + i];
        emit FeeSplit(
            version,
            parts[0],
            parts[1],
            ancestors,
            parts[BEFORE + n],
            parts[BEFORE + n + 1],
            parts[BEFORE + n + 2],
            parts[BEFORE + n + 3]
        );
    }

    /// @dev `model u64 ‖ gateway addr`, appended to the clone's code.
    function _arguments() private view returns (ModelId, address) {
        bytes memory arguments = Clones.fetchCloneArgs(address(this));
        bytes32 word;
        assembly ("memory-safe") {
            word := mload(add(arguments, 32))
        }
        return (ModelId.wrap(uint64(uint256(word) >> 192)), address(uint160(uint256(word) >> 32)));
    }
}
