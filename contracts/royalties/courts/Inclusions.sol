// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IBatchSettlement} from "../../interfaces/IBatchSettlement.sol";
import {IInclusions} from "../../interfaces/IInclusions.sol";
import {IModelTill} from "../../interfaces/IModelTill.sol";
import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";
import {ISettlementProofs} from "../../interfaces/ISettlementProofs.sol";
import {ITillFactory} from "../../interfaces/ITillFactory.sol";
import {Burning} from "../../libraries/Burning.sol";
import {Receipts} from "../../libraries/Receipts.sol";
import {TokenIntake} from "../../libraries/TokenIntake.sol";
import {TreeKind} from "../../libraries/TreeKind.sol";
import {SettlementId} from "../../types/Ids.sol";
import {Link} from "../../types/Link.sol";
import {Receipt} from "../../types/Receipt.sol";
import {SettlementChecker} from "../faults/SettlementChecker.sol";
import {SettlementChecks} from "../faults/SettlementChecks.sol";
import {Penalizing} from "./Penalizing.sol";
import {Reservations} from "./Reservations.sol";

/// @notice Demands that signed receipts be settled.
abstract contract Inclusions is IInclusions, Penalizing, Reservations {
    using Burning for IERC20;
    using SafeERC20 for IERC20;
    using TokenIntake for IERC20;

    SettlementChecker internal immutable _checker;
    ITillFactory private immutable _tills;
    uint48 private immutable _graceSeconds;
    uint48 private immutable _demandSeconds;
    uint48 private immutable _answerSeconds;
    uint128 private immutable _inclusionDeposit;

    /// @inheritdoc IInclusions
    uint256 public inclusionDeposits;
    mapping(bytes32 receiptHash => Inclusion) private _inclusions;

    constructor(ITillFactory tills, SettlementChecker checker, InclusionTerms memory t) {
        if (t.demandSeconds <= t.graceSeconds) revert InvalidTerm("demandSeconds");
        bool isTooLong = uint256(t.demandSeconds) + t.answerSeconds >= answerableSeconds;
        if (t.answerSeconds == 0 || isTooLong) revert InvalidTerm("answerSeconds");
        if (t.deposit == 0) revert InvalidTerm("deposit");
        _tills = tills;
        _checker = checker;
        _graceSeconds = t.graceSeconds;
        _demandSeconds = t.demandSeconds;
        _answerSeconds = t.answerSeconds;
        _inclusionDeposit = t.deposit;
    }

    /// @inheritdoc IInclusions
    function demandInclusion(Receipt calldata receipt, bytes calldata signature) external nonReentrant {
        bytes32 receiptHash = Receipts.structHash(receipt);
        // A till is closed with a fee: a gateway that was paid nothing could not answer.
        if (receipt.amount == 0) revert ReceiptOfNothing(receiptHash);
        address gateway = _gatewayOf(receipt.till);
        if (!Receipts.isSignedBy(gateway, receipt.till, receiptHash, signature)) revert NotSigned(0);
        _requireCovered(receipt, receiptHash);
        uint256 from = uint256(receipt.issuedAt) + _graceSeconds;
        uint256 until = uint256(receipt.issuedAt) + _demandSeconds;
        if (block.timestamp < from || block.timestamp > until) revert NotDemandableNow(from, until);
        if (_inclusions[receiptHash].status != InclusionStatus.None) revert InclusionExists(receiptHash);
        uint48 deadline = uint48(block.timestamp) + _answerSeconds;
        _inclusions[receiptHash] = Inclusion({
            demander: msg.sender,
            deadline: deadline,
            status: InclusionStatus.Open,
            gateway: gateway,
            issuedAt: receipt.issuedAt
        });
        inclusionDeposits += _inclusionDeposit;
        emit InclusionDemanded(receiptHash, gateway, msg.sender, receipt, deadline);
        uint256 received = _token.take(msg.sender, _inclusionDeposit);
        if (received != _inclusionDeposit) revert AmountMismatch(_inclusionDeposit, received);
    }

    /// @inheritdoc IInclusions
    function answerInclusion(
        bytes32 receiptHash,
        SettlementId settlement,
        Link calldata receipt
    ) external nonReentrant {
        Inclusion storage answered = _openInclusion(receiptHash);
        if (block.timestamp > answered.deadline) revert InclusionOverdue(receiptHash, answered.deadline);
        IRoyaltyLedger.Settlement memory settled = _ledger.settlementOf(settlement);
        // One that was voided answers too: its fee, no less than what its receipts sum up to, was taken, and its breach has been a case already.
        if (settled.status == IRoyaltyLedger.SettlementStatus.None) {
            revert ISettlementProofs.WrongSettlement(settlement);
        }
        _checker.requireIncluded(_receiptsOf(settled), settled.till, settled.version, receiptHash, receipt);
        answered.status = InclusionStatus.Answered;
        inclusionDeposits -= _inclusionDeposit;
        emit InclusionAnswered(receiptHash, settlement, msg.sender);
        _token.safeTransfer(msg.sender, _inclusionDeposit);
    }

    /// @inheritdoc IInclusions
    function endInclusion(bytes32 receiptHash) external nonReentrant {
        Inclusion storage unanswered = _openInclusion(receiptHash);
        if (block.timestamp <= unanswered.deadline) revert InclusionNotOverdue(receiptHash, unanswered.deadline);
        unanswered.status = InclusionStatus.Unanswered;
        inclusionDeposits -= _inclusionDeposit;
        address demander = unanswered.demander;
        // That the demander cannot receive must not save the gateway.
        bool isPaid = _token.trySafeTransfer(demander, _inclusionDeposit);
        if (!isPaid) _token.burn(_inclusionDeposit);
        emit InclusionUnanswered(receiptHash, demander, isPaid ? _inclusionDeposit : 0);
    }

    // --- views ---

    /// @inheritdoc IInclusions
    function inclusionTerms() external view returns (InclusionTerms memory) {
        return InclusionTerms(_graceSeconds, _demandSeconds, _answerSeconds, _inclusionDeposit);
    }

    /// @inheritdoc IInclusions
    function inclusionOf(bytes32 receiptHash) external view returns (Inclusion memory) {
        return _inclusions[receiptHash];
    }

    // --- internal ---

    /// @dev The contract of the payment channels that receipts are compared with; 0 if there is none.
    function _channelContract() internal view virtual returns (IBatchSettlement);

    /// @dev The case of a receipt that was not settled; no gateway if there is none.
    function _unansweredCase(bytes32 receiptHash) internal view returns (Case memory found) {
        Inclusion memory inclusion = _inclusions[receiptHash];
        if (inclusion.status != InclusionStatus.Unanswered) return found;
        found.rewardTo = inclusion.demander;
        found.gateway = inclusion.gateway;
        found.until = inclusion.issuedAt + answerableSeconds;
    }

    /// @dev Of a till of the factory: any other contract could name whom it likes.
    function _gatewayOf(address till) internal view returns (address) {
        if (!_tills.isTill(till)) revert UnknownTill(till);
        return IModelTill(till).gateway();
    }

    function _receiptsOf(
        IRoyaltyLedger.Settlement memory settled
    ) internal pure returns (SettlementChecker.Tree memory) {
        return SettlementChecker.Tree(settled.receipts, settled.count, TreeKind.RECEIPT, 0);
    }

    /// @dev What is not claimed the payer can take back, and the gateway may be unable to claim it: settled, it would be a breach.
    function _requireCovered(Receipt calldata receipt, bytes32 receiptHash) private view {
        IBatchSettlement contract_ = _channelContract();
        if (address(contract_) == address(0)) return;
        (, uint128 claimed) = contract_.channels(receipt.channelId);
        if (SettlementChecks.isUncovered(receipt, claimed)) revert ReceiptUncovered(receiptHash, claimed);
    }

    function _openInclusion(bytes32 receiptHash) private view returns (Inclusion storage found) {
        found = _inclusions[receiptHash];
        if (found.status != InclusionStatus.Open) revert InclusionNotOpen(receiptHash);
    }
}
