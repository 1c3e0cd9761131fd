// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IDatanetRegistry} from "../interfaces/IDatanetRegistry.sol";
import {IFaultProofs} from "../interfaces/IFaultProofs.sol";
import {IIndexProofs} from "../interfaces/IIndexProofs.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {CommitNames} from "../libraries/CommitNames.sol";
import {LedgerData} from "../libraries/LedgerData.sol";
import {Openings} from "../libraries/Openings.sol";
import {Payloads} from "../libraries/Payloads.sol";
import {TreeKind} from "../libraries/TreeKind.sol";
import {CommitName} from "../types/CommitName.sol";
import {ContributionId, ModelVersion} from "../types/Ids.sol";
import {Link} from "../types/Link.sol";
import {Method} from "../types/Method.sol";
import {Root} from "../types/Root.sol";
import {Reservations} from "./courts/Reservations.sol";
import {IndexChecks} from "./faults/IndexChecks.sol";

/// @notice The fault proofs of a registry's index commits. Nobody has a right in it, and it holds no opinion.
contract IndexProofs is IIndexProofs, Reservations {
    using SafeERC20 for IERC20;

    /// @dev What an index is judged by, for reservations that are revealed once it is not pending: the registry forgets an index that was ended.
    struct Remembered {
        bytes32 hash;
        uint16 k;
        uint32 tau;
        uint32 delta;
        uint16 signatureMatch;
    }

    /// @dev The accused index. @param root Its sum is the record count. @param isPending Whether it can be ended.
    struct Case {
        ModelVersion version;
        Root root;
        Method method;
        bool isPending;
    }

    IModelRegistry private immutable _models;
    IDatanetRegistry private immutable _datanets;

    mapping(CommitName => Remembered) private _remembered;

    /// @param datanets Of the models; their token is the one that index bonds are in.
    constructor(
        IModelRegistry models,
        IDatanetRegistry datanets,
        Parameters memory p
    ) Reservations(IERC20(datanets.token()), p) {
        _models = models;
        _datanets = datanets;
    }

    // --- proofs ---

    /// @inheritdoc IIndexProofs
    function proveForm(AccusedIndex calldata accused, Link calldata node) external {
        Case memory judged = _accuse(accused);
        _conclude(accused, judged, IndexFault.Form, IndexChecks.isUnfit(judged.root, judged.method.k, node, 0));
    }

    /// @inheritdoc IIndexProofs
    function proveLayout(AccusedIndex calldata accused, Link calldata record, uint64 accepted) external {
        Case memory judged = _accuse(accused);
        bool isProven = !_openRecord(judged, record, 0) || _breaksLayout(judged.version, record, accepted);
        _conclude(accused, judged, IndexFault.Layout, isProven);
    }

    /// @inheritdoc IIndexProofs
    function proveContent(AccusedIndex calldata accused, Link calldata record, Link calldata content) external {
        Case memory judged = _accuse(accused);
        bool isProven = !_openRecord(judged, record, 0) || _isOtherContent(record, content);
        _conclude(accused, judged, IndexFault.Content, isProven);
    }

    /// @inheritdoc IIndexProofs
    function proveNovelty(AccusedIndex calldata accused, Link calldata record, Link calldata earlier) external {
        Case memory judged = _accuse(accused);
        bool isProven = !_openRecord(judged, record, 0);
        if (!isProven) {
            if (earlier.key >= record.key) revert IFaultProofs.WrongPlace(1);
            isProven =
                !_openRecord(judged, earlier, 1) ||
                IndexChecks.deniesNovelty(record.payload, earlier.payload, earlier.key, judged.method);
        }
        _conclude(accused, judged, IndexFault.Novelty, isProven);
    }

    // --- reservations ---

    /// @inheritdoc IIndexProofs
    function commitProof(AccusedIndex calldata accused, bytes32 commitment) external nonReentrant {
        if (!_isPending(accused)) revert IndexNotPending(accused.version, accused.sub);
        CommitName name = _nameOf(accused);
        uint32 number = _reserve(name, commitment);
        if (number == 0) _remember(name, accused.version);
        emit IndexProofReserved(accused.version, accused.sub, msg.sender, commitment, number);
        _takeDeposit();
    }

    /// @inheritdoc IIndexProofs
    function payReward(AccusedIndex calldata accused) external nonReentrant {
        CommitName name = _nameOf(accused);
        Docket memory docket = _docketOf(name);
        if (docket.reward == 0) revert NoIndexRewardHeld(accused.version, accused.sub);
        if (block.number <= docket.heldUntil) {
            revert IndexRewardStillHeld(accused.version, accused.sub, docket.heldUntil);
        }
        (address winner, uint128 reward) = _release(name);
        emit IndexRewardPaid(accused.version, accused.sub, winner, reward);
        _token.safeTransfer(winner, reward);
    }

    /// @inheritdoc IIndexProofs
    function reservationOf(address sender, bytes32 commitment) external view returns (IndexReservation memory) {
        Made memory made = _madeBy(sender, commitment);
        ModelVersion version = ModelVersion.wrap(CommitNames.idOf(made.name));
        AccusedIndex memory accused = AccusedIndex(version, CommitNames.subOf(made.name));
        return IndexReservation(made.madeAt, made.previousAt, made.number, accused);
    }

    /// @inheritdoc IIndexProofs
    function docketOf(AccusedIndex calldata accused) external view returns (Docket memory) {
        return _docketOf(_nameOf(accused));
    }

    // --- the statements ---

    /// @dev Opens a leaf below the record count. @return isFit False if nothing stands there, or something malformed: a fault in itself.
    function _openRecord(Case memory judged, Link calldata record, uint256 number) private pure returns (bool isFit) {
        if (record.key >= judged.root.sum) revert IFaultProofs.WrongPlace(number);
        return Openings.openInput(judged.root, TreeKind.INDEX, judged.method.k, record, number).present;
    }

    /// @dev Whether the layout has another record at the leaf's place, or the leaf is in withdrawn form without being withdrawn, or the other way round. The registry holds the layout of the principal parent too, so that a proof needs
    /// nothing of the parent's index, which may be wrong, pending or missing.
    function _breaksLayout(ModelVersion version, Link calldata record, uint64 accepted) private view returns (bool) {
        (IModelRegistry.Segment memory segment, uint64 place) = IndexChecks.segmentAt(
            _models.layoutOf(version),
            record.key
        );
        if (accepted >= segment.contributions) revert WrongContribution(accepted);
        (ContributionId contribution, uint64 first) = _datanets.acceptedAt(segment.datanet, accepted);
        uint64 end = segment.records;
        if (accepted + 1 < segment.contributions) (, end) = _datanets.acceptedAt(segment.datanet, accepted + 1);
        if (place < first || place >= end) revert WrongContribution(accepted);
        if (IndexChecks.isElsewhere(record.payload, ContributionId.unwrap(contribution), place - first)) return true;
        // Only what was withdrawn in a second before the registration counts: that was fixed before any index of the version was committed.
        bool isWithdrawn = _datanets.isWithdrawn(contribution, _models.versionOf(version).registeredAt);
        return IndexChecks.isWithdrawnForm(record.payload) != isWithdrawn;
    }

    function _isOtherContent(Link calldata record, Link calldata content) private view returns (bool) {
        if (content.key != Payloads.recordIndex(record.payload)) revert IFaultProofs.WrongPlace(1);
        ContributionId id = ContributionId.wrap(Payloads.contributionId(record.payload));
        IDatanetRegistry.Contribution memory named = _datanets.contributionOf(id);
        Root memory root = Root(named.contentHash, named.recordCount);
        if (!Openings.openInput(root, TreeKind.CONTENT, 0, content, 1).present) return false;
        return Payloads.recordHash(record.payload) != Payloads.recordHash(content.payload);
    }

    // --- cases ---

    /// @dev The accused index: pending, or ended or usable, and remembered because somebody reserved a proof against it.
    function _accuse(AccusedIndex calldata accused) private view returns (Case memory judged) {
        judged.version = accused.version;
        judged.isPending = _isPending(accused);
        if (judged.isPending) {
            IModelRegistry.Index memory index = _models.indexOf(accused.version);
            judged.root = Root(index.hash, index.sum);
            judged.method = _models.methodOf(accused.version);
            return judged;
        }
        CommitName name = _nameOf(accused);
        if (!_isReserved(name)) revert IndexNotPending(accused.version, accused.sub);
        Remembered memory kept = _remembered[name];
        judged.root = Root(kept.hash, _models.versionOf(accused.version).records);
        (judged.method.k, judged.method.tau) = (kept.k, kept.tau);
        (judged.method.delta, judged.method.signatureMatch) = (kept.delta, kept.signatureMatch);
    }

    function _remember(CommitName name, ModelVersion version) private {
        Method memory method = _models.methodOf(version);
        bytes32 hash = _models.indexOf(version).hash;
        _remembered[name] = Remembered(hash, method.k, method.tau, method.delta, method.signatureMatch);
    }

    /// @dev Whether the commit of this number is the version's latest, and can be ended.
    function _isPending(AccusedIndex calldata accused) private view returns (bool) {
        return
            _models.indexCommitsOf(accused.version) == uint256(accused.sub) + 1 &&
            _models.indexStatus(accused.version) == IModelRegistry.IndexStatus.Pending;
    }

    /// @dev Ends the index if the fault is there, or reveals a reservation against one that cannot be ended any more. The transaction's call must be the proof itself.
    function _conclude(
        AccusedIndex calldata accused,
        Case memory judged,
        IndexFault fault,
        bool isProven
    ) private nonReentrant {
        if (!isProven) revert IFaultProofs.NoFault();
        CommitName name = _nameOf(accused);
        Claim memory claim = _reveal(
            name,
            LedgerData.inputProofCommitment(block.chainid, address(this), name, keccak256(msg.data), msg.sender)
        );
        if (claim.isReserved) emit IndexProofRevealed(accused.version, accused.sub, msg.sender, claim.number);
        if (judged.isPending) {
            bool isContested = _isContested(name, claim);
            uint128 reward = _models.endIndex(accused.version, isContested ? address(this) : msg.sender);
            if (isContested) {
                uint48 heldUntil = _bookWinner(name, claim, reward);
                emit IndexRewardHeld(accused.version, accused.sub, reward, heldUntil);
            }
            emit IndexFaultProven(accused.version, accused.sub, fault, msg.sender);
        } else if (claim.isReserved) {
            _outbid(name, claim);
        } else {
            revert IndexNotPending(accused.version, accused.sub);
        }
        _returnDeposit(claim);
    }

    function _nameOf(AccusedIndex calldata accused) private pure returns (CommitName) {
        return CommitNames.encode(TreeKind.INDEX, ModelVersion.unwrap(accused.version), accused.sub);
    }
}
