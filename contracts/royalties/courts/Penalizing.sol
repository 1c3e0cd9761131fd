// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICourtLedger} from "../../interfaces/ICourtLedger.sol";
import {IOperatorStaking} from "../../interfaces/IOperatorStaking.sol";
import {IPenalties} from "../../interfaces/IPenalties.sol";
import {ISlasher} from "../../interfaces/ISlasher.sol";
import {PoolId, SettlementId} from "../../types/Ids.sol";
import {LedgerCourt} from "./LedgerCourt.sol";

/// @notice Slashes the stake behind inputs that this court ended.
/// @dev Apart from the ending, so that nothing about staking can stand in its way.
abstract contract Penalizing is LedgerCourt, IPenalties {
    uint256 private constant BPS = 10_000;

    /// @dev Who answers for what was found, and to whom the reward goes.
    /// @param until Last second at which the stake is slashed for it. @param gateway Whose receipts they were; 0 if the signers of sketches are to be slashed.
    /// @param commit Number of the sketch commit among the settlement's.
    struct Case {
        address rewardTo;
        uint48 until;
        uint32 commit;
        address gateway;
        SettlementId settlement;
    }

    IOperatorStaking private immutable _staking;
    uint16 private immutable _sketchFault;
    uint16 private immutable _receiptFault;
    uint16 private immutable _sketchBps;
    uint16 private immutable _receiptBps;
    /// @inheritdoc ISlasher
    uint48 public immutable answerableSeconds;
    uint48 internal immutable _sketchWindowSeconds;

    constructor(IOperatorStaking staking, Penalties memory p) {
        uint48 window = _ledger.parameters().sketchWindowSeconds;
        if (p.sketchBps == 0 || p.sketchBps > BPS) revert InvalidPenalty("sketchBps");
        if (p.receiptBps == 0 || p.receiptBps > BPS) revert InvalidPenalty("receiptBps");
        if (p.answerableSeconds < window) revert InvalidPenalty("answerableSeconds");
        _staking = staking;
        _sketchFault = p.sketchFault;
        _receiptFault = p.receiptFault;
        _sketchBps = p.sketchBps;
        _receiptBps = p.receiptBps;
        answerableSeconds = p.answerableSeconds;
        _sketchWindowSeconds = window;
    }

    /// @inheritdoc IPenalties
    function penalizeSigner(uint256 id, address[] calldata signers, uint256 place) external {
        Case memory found = _punishable(id);
        if (found.gateway != address(0)) revert NothingToPenalize(id);
        bytes32 signed = ICourtLedger(address(_ledger)).sketchSignersOf(found.settlement, found.commit);
        if (place >= signers.length || keccak256(abi.encodePacked(signers)) != signed) revert WrongSigners(id);
        address signer = signers[place];
        PoolId pool = _staking.poolWith(IOperatorStaking.PoolKind.Attributor, 0, signer);
        _slash(id, found.rewardTo, signer, pool, _sketchFault, _sketchBps);
    }

    /// @inheritdoc IPenalties
    function penalizeGateway(uint256 id) external {
        Case memory found = _punishable(id);
        if (found.gateway == address(0)) revert NothingToPenalize(id);
        PoolId pool = _staking.poolWith(IOperatorStaking.PoolKind.Gateway, 0, found.gateway);
        _slash(id, found.rewardTo, found.gateway, pool, _receiptFault, _receiptBps);
    }

    /// @inheritdoc IPenalties
    function penalties() external view returns (Penalties memory) {
        return Penalties(_sketchFault, _receiptFault, _sketchBps, _receiptBps, answerableSeconds);
    }

    /// @dev Last second at which the signers of a sketch commit answer for it: from the commit on, a window before it would have been ready, had it not been held.
    /// @param latest A time no later than when it is, or was to be, ready.
    function _answerableUntil(SettlementId settlement, uint32 commit, uint48 latest) internal view returns (uint48) {
        uint48 dueAt = ICourtLedger(address(_ledger)).sketchesDueAt(settlement, commit);
        if (dueAt != 0 && dueAt < latest) latest = dueAt;
        return latest + answerableSeconds - _sketchWindowSeconds;
    }

    /// @dev The case with this id; reverts while its reward is not decided, and with `NothingToPenalize` if there is none.
    function _caseOf(uint256 id) internal view virtual returns (Case memory);

    function _punishable(uint256 id) private view returns (Case memory found) {
        found = _caseOf(id);
        if (block.timestamp > found.until) revert PenaltyTooLate(id, found.until);
    }

    /// @dev The staking refuses a second slash for one case, and one of a pool that there is not.
    function _slash(uint256 id, address rewardTo, address operator, PoolId pool, uint16 fault, uint16 bps) private {
        bytes32 caseId = keccak256(abi.encode(address(this), id, operator));
        (uint128 slashed, uint128 reward) = _staking.slash(fault, pool, bps, rewardTo, caseId);
        emit Penalized(id, operator, slashed, reward);
    }
}
