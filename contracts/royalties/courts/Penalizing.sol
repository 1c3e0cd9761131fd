// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICourtLedger} from "../../interfaces/ICourtLedger.sol";
import {IModelTill} from "../../interfaces/IModelTill.sol";
import {IOperatorStaking} from "../../interfaces/IOperatorStaking.sol";
import {IPenalties} from "../../interfaces/IPenalties.sol";
import {ISlasher} from "../../interfaces/ISlasher.sol";
import {TreeKind} from "../../libraries/TreeKind.sol";
import {PoolId, SettlementId} from "../../types/Ids.sol";
import {Commitments} from "./Commitments.sol";

/// @notice Slashes the stake behind inputs that ended for want of an answer.
/// @dev Apart from the ending, so that nothing about staking can stand in its way.
abstract contract Penalizing is Commitments, IPenalties {
    uint256 private constant BPS = 10_000;

    IOperatorStaking private immutable _staking;
    uint16 private immutable _sketchFault;
    uint16 private immutable _receiptFault;
    uint16 private immutable _sketchBps;
    uint16 private immutable _receiptBps;
    /// @inheritdoc ISlasher
    uint48 public immutable answerableSeconds;
    uint48 private immutable _sketchWindowSeconds;

    constructor(IOperatorStaking staking, Penalties memory p) {
        if (p.sketchBps == 0 || p.sketchBps > BPS) revert InvalidParameter("sketchBps");
        if (p.receiptBps == 0 || p.receiptBps > BPS) revert InvalidParameter("receiptBps");
        uint48 window = _ledger.parameters().sketchWindowSeconds;
        if (p.answerableSeconds < window) revert InvalidParameter("answerableSeconds");
        _staking = staking;
        _sketchFault = p.sketchFault;
        _receiptFault = p.receiptFault;
        _sketchBps = p.sketchBps;
        _receiptBps = p.receiptBps;
        answerableSeconds = p.answerableSeconds;
        _sketchWindowSeconds = window;
    }

    /// @inheritdoc IPenalties
    function penalizeSigner(uint256 demand, address[] calldata signers, uint256 place) external {
        Demand memory ended = _endedBy(demand, TreeKind.SKETCH);
        SettlementId settlement = SettlementId.wrap(ended.commitment.id);
        ICourtLedger court = ICourtLedger(address(_ledger));
        // The sketches were committed a window before they would have been ready, had they not been held; the demand came in time for their readiness.
        uint48 latest = ended.deadline + _reactionSeconds;
        uint48 dueAt = court.sketchesDueAt(settlement, ended.commitment.sub);
        if (dueAt != 0 && dueAt < latest) latest = dueAt;
        uint48 until = latest + answerableSeconds - _sketchWindowSeconds;
        if (block.timestamp > until) revert PenaltyTooLate(demand, until);
        bytes32 signed = court.sketchSignersOf(settlement, ended.commitment.sub);
        if (place >= signers.length || keccak256(abi.encodePacked(signers)) != signed) revert WrongSigners(demand);
        PoolId pool = _staking.poolWith(IOperatorStaking.PoolKind.Attributor, 0, signers[place]);
        _slash(demand, ended.demander, signers[place], pool, _sketchFault, _sketchBps);
    }

    /// @inheritdoc IPenalties
    function penalizeGateway(uint256 demand) external {
        Demand memory ended = _endedBy(demand, TreeKind.RECEIPT);
        SettlementId settlement = SettlementId.wrap(ended.commitment.id);
        uint48 until = _ledger.settlementOf(settlement).openedAt + answerableSeconds;
        if (block.timestamp > until) revert PenaltyTooLate(demand, until);
        address gateway = IModelTill(_ledger.settlementOf(settlement).till).gateway();
        PoolId pool = _staking.poolWith(IOperatorStaking.PoolKind.Gateway, 0, gateway);
        _slash(demand, ended.demander, gateway, pool, _receiptFault, _receiptBps);
    }

    /// @inheritdoc IPenalties
    function penalties() external view returns (Penalties memory) {
        return Penalties(_sketchFault, _receiptFault, _sketchBps, _receiptBps, answerableSeconds);
    }

    /// @dev The demand with this id.
    function _demandWith(uint256 id) internal view virtual returns (Demand memory);

    function _endedBy(uint256 demand, uint8 kind) private view returns (Demand memory ended) {
        ended = _demandWith(demand);
        if (ended.status != Status.Unanswered || ended.commitment.kind != kind) revert NothingToPenalize(demand);
    }

    /// @dev The staking refuses a second slash for one case, and one of a pool that there is not.
    function _slash(uint256 demand, address demander, address operator, PoolId pool, uint16 fault, uint16 bps) private {
        bytes32 caseId = keccak256(abi.encode(address(this), demand, operator));
        (uint128 slashed, uint128 reward) = _staking.slash(fault, pool, bps, demander, caseId);
        emit Penalized(demand, operator, slashed, reward);
    }
}
