// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IBatchSettlement} from "../interfaces/IBatchSettlement.sol";
import {ICourtLedger} from "../interfaces/ICourtLedger.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IModelTill} from "../interfaces/IModelTill.sol";
import {IOperatorStaking} from "../interfaces/IOperatorStaking.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {ISettlementProofs} from "../interfaces/ISettlementProofs.sol";
import {ITillFactory} from "../interfaces/ITillFactory.sol";
import {CommitNames} from "../libraries/CommitNames.sol";
import {LedgerData} from "../libraries/LedgerData.sol";
import {Receipts} from "../libraries/Receipts.sol";
import {TreeKind} from "../libraries/TreeKind.sol";
import {ChannelConfig} from "../types/Channel.sol";
import {CommitName} from "../types/CommitName.sol";
import {SettlementId} from "../types/Ids.sol";
import {Link} from "../types/Link.sol";
import {Receipt} from "../types/Receipt.sol";
import {Root} from "../types/Root.sol";
import {Inclusions} from "./courts/Inclusions.sol";
import {LedgerCourt} from "./courts/LedgerCourt.sol";
import {Penalizing} from "./courts/Penalizing.sol";
import {Reservations} from "./courts/Reservations.sol";
import {SettlementChecker} from "./faults/SettlementChecker.sol";

/// @notice The proofs against what one ledger's tills and attributors commit. Nobody has a right in it, and it holds no opinion: whether a proof holds is for the checker to say.
contract SettlementProofs is ISettlementProofs, Inclusions {
    /// @dev What a name of two receipts begins with: no kind of tree.
    uint8 private constant NO_TREE = 0;

    /// @dev An accused sketch commit or receipts.
    /// @param isPending Whether it can be ended; if not, it is accused for the sake of a reservation.
    struct Accused {
        CommitName name;
        bool isPending;
        IRoyaltyLedger.Settlement settled;
    }

    /// @dev What a case does not say by its number. @param gateway 0 if the signers of sketches are to be slashed. @param until Last second for that.
    struct Filed {
        address gateway;
        uint48 until;
    }

    IModelRegistry private immutable _models;
    /// @inheritdoc ISettlementProofs
    IBatchSettlement public immutable channels;

    mapping(uint256 id => Filed) private _cases;
    /// @dev Sketches that somebody reserved a proof against: the ledger forgets those that end, whichever court ends them.
    mapping(CommitName => Root) private _reservedSketches;

    constructor(
        IRoyaltyLedger ledger,
        IModelRegistry models,
        ITillFactory tills,
        IBatchSettlement channels_,
        IOperatorStaking staking,
        SettlementChecker checker_,
        Parameters memory p,
        Penalties memory penalties_,
        InclusionTerms memory terms
    )
        LedgerCourt(ledger)
        Penalizing(staking, penalties_)
        Reservations(IERC20(ledger.token()), p)
        Inclusions(tills, checker_, terms)
    {
        _models = models;
        channels = channels_;
    }

    /// @inheritdoc ISettlementProofs
    function commitProof(CommitName commit, bytes32 commitment) external nonReentrant {
        bool isOpen = !isProven(commit);
        uint8 kind = uint8(CommitName.unwrap(commit)[0]);
        SettlementId settlement = SettlementId.wrap(CommitNames.idOf(commit));
        IRoyaltyLedger.Settlement memory settled = _ledger.settlementOf(settlement);
        uint32 sub = CommitNames.subOf(commit);
        if (kind == TreeKind.SKETCH) isOpen = isOpen && _isPending(settled, sub);
        else if (kind == TreeKind.RECEIPT) isOpen = isOpen && sub == 0 && _isUnready(settled);
        else isOpen = isOpen && kind == NO_TREE;
        if (!isOpen) revert NotAccusable(commit);
        uint32 number = _reserve(commit, commitment);
        if (number == 0 && kind == TreeKind.SKETCH) _reservedSketches[commit] = settled.sketches;
        emit ProofReserved(commit, msg.sender, commitment, number);
        _takeDeposit();
    }

    // --- sketches ---

    /// @inheritdoc ISettlementProofs
    function proveSketchForm(SettlementId settlement, uint32 commit, Link calldata node) external nonReentrant {
        (Accused memory accused, SettlementChecker.Tree memory sketches) = _accuseSketches(settlement, commit);
        _require(_checker.isMisformed(sketches, node));
        _endSketches(accused, Breach.SketchForm);
    }

    /// @inheritdoc ISettlementProofs
    function proveSketchReceipt(
        SettlementId settlement,
        uint32 commit,
        Link calldata sketch,
        Link calldata receipt
    ) external nonReentrant {
        (Accused memory accused, SettlementChecker.Tree memory sketches) = _accuseSketches(settlement, commit);
        _require(_checker.isSketchOfOther(sketches, _receiptsOf(accused.settled), sketch, receipt));
        _endSketches(accused, Breach.SketchReceipt);
    }

    // --- receipts ---

    /// @inheritdoc ISettlementProofs
    function proveReceiptForm(SettlementId settlement, Link calldata node) external nonReentrant {
        Accused memory accused = _accuseReceipts(settlement);
        _require(_checker.isMisformed(_receiptsOf(accused.settled), node));
        _void(accused, Breach.ReceiptForm);
    }

    /// @inheritdoc ISettlementProofs
    function proveReceiptAlone(SettlementId settlement, Link calldata receipt) external nonReentrant {
        Accused memory accused = _accuseReceipts(settlement);
        IRoyaltyLedger.Settlement memory s = accused.settled;
        _require(_checker.isWrongAlone(_receiptsOf(s), s.till, s.version, receipt));
        _void(accused, Breach.ReceiptAlone);
    }

    /// @inheritdoc ISettlementProofs
    function proveReceiptOrder(
        SettlementId settlement,
        Link calldata first,
        Link calldata second
    ) external nonReentrant {
        Accused memory accused = _accuseReceipts(settlement);
        _require(_checker.areDisordered(_receiptsOf(accused.settled), first, second));
        _void(accused, Breach.ReceiptOrder);
    }

    /// @inheritdoc ISettlementProofs
    function proveContinuity(
        SettlementId settlement,
        Link calldata receipt,
        SettlementId other,
        Link calldata otherReceipt
    ) external nonReentrant {
        Accused memory accused = _accuseReceipts(settlement);
        IRoyaltyLedger.Settlement memory others = _ledger.settlementOf(other);
        uint64 id = SettlementId.unwrap(settlement);
        bool isOther =
            SettlementId.unwrap(other) != id &&
                others.till == accused.settled.till &&
                others.status != IRoyaltyLedger.SettlementStatus.Voided;
        if (!isOther) revert WrongSettlement(other);
        bool isLater = id > SettlementId.unwrap(other);
        SettlementChecker.Tree memory receipts = _receiptsOf(accused.settled);
        _require(_checker.areContradictory(receipts, _receiptsOf(others), isLater, receipt, otherReceipt));
        _void(accused, Breach.Continuity);
    }

    /// @inheritdoc ISettlementProofs
    function proveUncovered(SettlementId settlement, Link calldata receipt) external nonReentrant {
        Accused memory accused = _accuseReceipts(settlement);
        _require(_checker.isUncovered(_receiptsOf(accused.settled), channels, receipt));
        _void(accused, Breach.Uncovered);
    }

    /// @inheritdoc ISettlementProofs
    function proveForeignChannel(
        SettlementId settlement,
        Link calldata receipt,
        ChannelConfig calldata config
    ) external nonReentrant {
        Accused memory accused = _accuseReceipts(settlement);
        SettlementChecker.Payee memory payee = SettlementChecker.Payee(accused.settled.till, address(_token));
        _require(_checker.isOfForeignChannel(_receiptsOf(accused.settled), channels, payee, receipt, config));
        _void(accused, Breach.ForeignChannel);
    }

    /// @inheritdoc ISettlementProofs
    function proveEquivocation(
        Receipt calldata first,
        bytes calldata firstSignature,
        Receipt calldata second,
        bytes calldata secondSignature
    ) external nonReentrant {
        bytes32 firstHash = Receipts.structHash(first);
        bytes32 secondHash = Receipts.structHash(second);
        bool isOfOne =
            first.till == second.till &&
                first.channelId == second.channelId &&
                first.sequence == second.sequence &&
                firstHash != secondHash;
        if (!isOfOne) revert NoEquivocation();
        address gateway = _gatewayOf(first.till);
        if (!Receipts.isSignedBy(gateway, first.till, firstHash, firstSignature)) revert NotSigned(0);
        if (!Receipts.isSignedBy(gateway, first.till, secondHash, secondSignature)) revert NotSigned(1);
        (uint256 id, CommitName name) = equivocationOf(first.till, first.channelId, first.sequence);
        if (!_book(name, !isProven(name))) return;
        _file(name, id, Breach.Equivocation, Filed(gateway, type(uint48).max));
    }

    // --- views ---

    /// @inheritdoc ISettlementProofs
    function equivocationOf(
        address till,
        bytes32 channelId,
        uint64 sequence
    ) public pure returns (uint256 id, CommitName commit) {
        bytes32 hash = keccak256(abi.encode(till, channelId, sequence));
        // The name of no tree, and the first 12 bytes of the hash.
        return (uint256(hash), CommitName.wrap(bytes13(hash >> 8)));
    }

    /// @inheritdoc ISettlementProofs
    function isProven(CommitName commit) public view returns (bool) {
        return _docketOf(commit).winner != address(0);
    }

    // --- accusing ---

    function _accuseSketches(
        SettlementId settlement,
        uint32 commit
    ) private view returns (Accused memory accused, SettlementChecker.Tree memory sketches) {
        accused.name = CommitNames.encode(TreeKind.SKETCH, SettlementId.unwrap(settlement), commit);
        accused.settled = _ledger.settlementOf(settlement);
        accused.isPending = _isPending(accused.settled, commit);
        Root memory root = accused.isPending ? accused.settled.sketches : _reservedSketches[accused.name];
        if (root.hash == 0) revert NotAccusable(accused.name);
        uint16 k = _models.methodOf(accused.settled.version).k;
        sketches = SettlementChecker.Tree(root, accused.settled.count, TreeKind.SKETCH, k);
    }

    function _accuseReceipts(SettlementId settlement) private view returns (Accused memory accused) {
        accused.name = CommitNames.encode(TreeKind.RECEIPT, SettlementId.unwrap(settlement), 0);
        accused.settled = _ledger.settlementOf(settlement);
        accused.isPending = _isUnready(accused.settled);
        if (!accused.isPending && !_isReserved(accused.name)) revert NotAccusable(accused.name);
    }

    /// @dev Whether the sketch commit of this number is the settlement's present one, and not ready.
    function _isPending(IRoyaltyLedger.Settlement memory s, uint32 commit) private view returns (bool) {
        return
            s.status == IRoyaltyLedger.SettlementStatus.Committed &&
            s.commits == uint256(commit) + 1 &&
            block.timestamp < s.readyAt;
    }

    function _isUnready(IRoyaltyLedger.Settlement memory s) private view returns (bool) {
        return
            s.status == IRoyaltyLedger.SettlementStatus.Open ||
            (s.status == IRoyaltyLedger.SettlementStatus.Committed && block.timestamp < s.readyAt);
    }

    // --- ending ---

    function _require(bool holds) private pure {
        if (!holds) revert NoFault();
    }

    function _endSketches(Accused memory accused, Breach breach) private {
        if (!_book(accused.name, accused.isPending)) return;
        SettlementId settlement = SettlementId.wrap(CommitNames.idOf(accused.name));
        uint48 until = _answerableUntil(settlement, CommitNames.subOf(accused.name), accused.settled.readyAt);
        _file(accused.name, _idOf(accused.name), breach, Filed(address(0), until));
        ICourtLedger(address(_ledger)).endSketches(settlement, true);
    }

    function _void(Accused memory accused, Breach breach) private {
        if (!_book(accused.name, accused.isPending)) return;
        SettlementId settlement = SettlementId.wrap(CommitNames.idOf(accused.name));
        uint48 until = accused.settled.openedAt + answerableSeconds;
        address gateway = IModelTill(accused.settled.till).gateway();
        _file(accused.name, _idOf(accused.name), breach, Filed(gateway, until));
        ICourtLedger(address(_ledger)).voidSettlement(settlement);
    }

    function _idOf(CommitName name) private pure returns (uint256) {
        return uint104(CommitName.unwrap(name));
    }

    function _file(CommitName name, uint256 id, Breach breach, Filed memory filed) private {
        _cases[id] = filed;
        emit BreachProven(name, id, breach, msg.sender);
    }

    /// @dev After a proof that holds: whose the reward is. The transaction's call must be the proof itself.
    /// @return isFirst Whether the proof is the one that ends what it accuses; if not, it reveals a reservation.
    function _book(CommitName name, bool isFirst) private returns (bool) {
        bytes32 commitment = LedgerData.inputProofCommitment(
            block.chainid,
            address(this),
            name,
            keccak256(msg.data),
            msg.sender
        );
        Claim memory claim = _reveal(name, commitment);
        if (claim.isReserved) emit ProofRevealed(name, msg.sender, claim.number);
        if (isFirst) _bookWinner(name, claim, 0);
        else if (claim.isReserved) _outbid(name, claim);
        else revert NotAccusable(name);
        _returnDeposit(claim);
        return isFirst;
    }

    function _channelContract() internal view override returns (IBatchSettlement) {
        return channels;
    }

    /// @dev The reward of a proof is whoever's it is once nobody can reveal an earlier reservation.
    function _caseOf(uint256 id) internal view override returns (Case memory found) {
        Filed memory filed = _cases[id];
        if (filed.until == 0) {
            found = _unansweredCase(bytes32(id));
            if (found.until == 0) revert NothingToPenalize(id);
            return found;
        }
        CommitName name = CommitName.wrap(id >> 104 == 0 ? bytes13(uint104(id)) : bytes13(bytes32(id) >> 8));
        Docket memory docket = _docketOf(name);
        if (block.number <= docket.heldUntil) revert RewardUndecided(id, docket.heldUntil);
        found.rewardTo = docket.winner;
        found.until = filed.until;
        found.gateway = filed.gateway;
        found.settlement = SettlementId.wrap(CommitNames.idOf(name));
        found.commit = CommitNames.subOf(name);
    }
}
