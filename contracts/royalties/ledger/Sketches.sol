// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IAttributorSet} from "../../interfaces/IAttributorSet.sol";
import {ICourtLedger} from "../../interfaces/ICourtLedger.sol";
import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";
import {ITillFactory} from "../../interfaces/ITillFactory.sol";
import {LedgerData} from "../../libraries/LedgerData.sol";
import {Epoch, SettlementId} from "../../types/Ids.sol";
import {Root} from "../../types/Root.sol";
import {Courts} from "./Courts.sol";

/// @notice The sketches of settlements: their commits by a quorum of attributors, the end of bad ones, and the queue in which they wait to be ready.
abstract contract Sketches is Courts, EIP712 {
    uint256 private constant ACCOUNT_SIGNATURE_BYTES = 65;
    uint256 private constant ADDRESS_BYTES = 20;

    /// @dev Longest that courts put off the readiness of sketches, from when they would have been ready.
    uint48 private constant MOST_HOLD = 30 days;

    /// @dev A settlement and when it will be ready; the entry counts no more once its sketches were ended or held.
    struct Waiting {
        SettlementId settlement;
        uint48 readyAt;
    }

    /// @dev Ascending by `readyAt`. @param head First entry that was not taken.
    struct Queue {
        Waiting[] entries;
        uint256 head;
    }

    IAttributorSet private immutable _attributors;
    uint48 internal immutable _sketchWindowSeconds;
    address private immutable _deployer;

    ITillFactory internal _tills;
    IModelRegistry private _models;

    mapping(SettlementId => Settlement) internal _settlements;
    mapping(SettlementId => mapping(uint32 sub => bytes32 hash)) private _signers;
    mapping(SettlementId => mapping(bytes32 sketchesHash => bool)) private _isBarred;

    /// @dev When sketches that are, or were, held would have been ready; 0 for all others.
    mapping(SettlementId => mapping(uint32 sub => uint48)) private _dueAt;

    /// @dev Committed settlements in the order of their commits, which is the order in which they become ready: all wait equally long.
    Queue private _committed;
    /// @dev Settlements that courts held, apart, so that none of the others waits for them.
    Queue private _held;

    constructor(IAttributorSet attributors, uint48 sketchWindowSeconds) {
        _attributors = attributors;
        _sketchWindowSeconds = sketchWindowSeconds;
        _deployer = msg.sender;
    }

    /// @inheritdoc IRoyaltyLedger
    function bind(ITillFactory tills, IModelRegistry models, address[] calldata courts) external {
        if (msg.sender != _deployer) revert NotDeployer(msg.sender);
        if (address(_tills) != address(0)) revert AlreadyBound();
        if (address(tills) == address(0)) revert InvalidParameter("tills");
        if (address(models) == address(0)) revert InvalidParameter("models");
        _tills = tills;
        _models = models;
        emit Bound(address(tills), address(models));
        _nameCourts(courts);
    }

    /// @inheritdoc IRoyaltyLedger
    function commitSketches(
        SettlementId settlement,
        Root calldata sketches,
        bytes32 bundleHash,
        bytes[] calldata signatures
    ) external nonReentrant {
        Settlement storage committed = _open(settlement);
        if (_isBarred[settlement][sketches.hash]) revert SketchesBarred(settlement, sketches.hash);
        if (sketches.sum != committed.count || sketches.hash == 0)
            revert SketchCountMismatch(sketches.sum, committed.count);
        if (_models.indexStatus(committed.version) != IModelRegistry.IndexStatus.Usable)
            revert IndexNotUsable(committed.version);
        bytes32 signers = _requireQuorum(attestationDigest(settlement, sketches.hash), signatures);
        uint32 sub = committed.commits++;
        _signers[settlement][sub] = signers;
        uint48 readyAt = uint48(block.timestamp) + _sketchWindowSeconds;
        committed.status = SettlementStatus.Committed;
        committed.readyAt = readyAt;
        committed.epoch = epochAt(readyAt);
        committed.sketches = sketches;
        _committed.entries.push(Waiting(settlement, readyAt));
        emit SketchesCommitted(settlement, sketches, msg.sender, readyAt, committed.epoch, bundleHash);
    }

    /// @inheritdoc ICourtLedger
    function endSketches(SettlementId settlement, bool isWrong) external onlyCourt nonReentrant {
        Settlement storage ended = _pendingSketches(settlement);
        Root memory sketches = ended.sketches;
        if (isWrong) _isBarred[settlement][sketches.hash] = true;
        _reopen(ended);
        emit SketchesEnded(settlement, ended.commits - 1, sketches);
    }

    /// @inheritdoc ICourtLedger
    function holdSketches(SettlementId settlement, uint48 until) external onlyCourt {
        Settlement storage held = _pendingSketches(settlement);
        uint32 sub = held.commits - 1;
        uint48 readyAt = held.readyAt;
        uint48 dueAt = _dueAt[settlement][sub];
        if (dueAt == 0) dueAt = readyAt;
        if (until > dueAt + MOST_HOLD) revert HoldTooLong(until, dueAt + MOST_HOLD);
        if (until <= readyAt) return;
        _dueAt[settlement][sub] = dueAt;
        // The queue must ascend whatever courts ask for.
        Waiting[] storage entries = _held.entries;
        uint256 length = entries.length;
        if (length != 0 && entries[length - 1].readyAt > until) until = entries[length - 1].readyAt;
        entries.push(Waiting(settlement, until));
        Epoch epoch = epochAt(until);
        held.readyAt = until;
        held.epoch = epoch;
        emit SketchesHeld(settlement, sub, until, epoch);
    }

    // --- views ---

    /// @inheritdoc IRoyaltyLedger
    function settlementOf(SettlementId settlement) external view returns (Settlement memory) {
        return _settlements[settlement];
    }

    /// @inheritdoc IRoyaltyLedger
    function queueLength() external view returns (uint256) {
        return _committed.entries.length - _committed.head + _held.entries.length - _held.head;
    }

    /// @inheritdoc IRoyaltyLedger
    function attestationDigest(SettlementId settlement, bytes32 sketchesHash) public view returns (bytes32) {
        Settlement storage attested = _settlements[settlement];
        if (attested.status == SettlementStatus.None) revert UnknownSettlement(settlement);
        bytes32 indexRoot = _models.indexOf(attested.version).hash;
        return _hashTypedDataV4(LedgerData.attestationHash(settlement, indexRoot, sketchesHash, attested.count));
    }

    /// @inheritdoc ICourtLedger
    function sketchSignersOf(SettlementId settlement, uint32 sub) external view returns (bytes32) {
        return _signers[settlement][sub];
    }

    /// @inheritdoc ICourtLedger
    function sketchesDueAt(SettlementId settlement, uint32 sub) external view returns (uint48) {
        return _dueAt[settlement][sub];
    }

    // --- internal ---

    /// @dev Takes a commit back: the settlement waits for another one.
    function _reopen(Settlement storage settlement) internal {
        settlement.status = SettlementStatus.Open;
        settlement.readyAt = 0;
        settlement.epoch = Epoch.wrap(0);
        delete settlement.sketches;
    }

    /// @dev Whether the settlement waits for this instant: its sketches were neither ended nor held since.
    function _isCurrent(Settlement storage settlement, uint48 readyAt) internal view returns (bool) {
        return settlement.status == SettlementStatus.Committed && settlement.readyAt == readyAt;
    }

    /// @dev The queue whose next entry is ready first; of two at one instant, the one that was not held.
    function _nextQueue() internal view returns (Queue storage) {
        if (_held.head == _held.entries.length) return _committed;
        if (_committed.head == _committed.entries.length) return _held;
        bool isHeldFirst = _held.entries[_held.head].readyAt < _committed.entries[_committed.head].readyAt;
        return isHeldFirst ? _held : _committed;
    }

    /// @dev Reverts while a settlement that became ready before `until` may have no group yet. Entries that count no more are not told from others: `advance` drops them.
    function _requireAdvanced(Epoch epoch, uint48 until) internal view {
        Queue storage queue = _nextQueue();
        if (queue.head == queue.entries.length) return;
        Waiting memory next = queue.entries[queue.head];
        if (next.readyAt < until) revert EpochNotAdvanced(epoch, next.settlement);
    }

    function _pendingSketches(SettlementId settlement) private view returns (Settlement storage pending) {
        pending = _settlements[settlement];
        if (pending.status != SettlementStatus.Committed || block.timestamp >= pending.readyAt) {
            revert SketchesNotPending(settlement);
        }
    }

    function _open(SettlementId settlement) internal view returns (Settlement storage open) {
        open = _settlements[settlement];
        if (open.status == SettlementStatus.None) revert UnknownSettlement(settlement);
        if (open.status != SettlementStatus.Open) revert SettlementNotOpen(settlement);
    }

    /// @dev Signers ascend, so each counts once; all of them must be attributors. Returns what `sketchSignersOf` says of them.
    function _requireQuorum(bytes32 digest, bytes[] calldata signatures) private view returns (bytes32) {
        address[] memory signers = new address[](signatures.length);
        uint256 weight;
        address last;
        for (uint256 i; i < signatures.length; ++i) {
            address signer = _signerOf(digest, signatures[i]);
            if (signer <= last) revert SignersNotAscending(signer);
            uint256 own = _attributors.weightOf(signer);
            if (own == 0) revert NotAttributor(signer);
            weight += own;
            last = signer;
            signers[i] = signer;
        }
        uint256 quorum = _attributors.quorum();
        if (weight < quorum) revert QuorumNotReached(weight, quorum);
        return keccak256(abi.encodePacked(signers));
    }

    /// @dev The account or contract that signed; 0 if the signature is not valid.
    function _signerOf(bytes32 digest, bytes calldata signature) private view returns (address signer) {
        if (signature.length == ACCOUNT_SIGNATURE_BYTES) {
            ECDSA.RecoverError failure;
            (signer, failure, ) = ECDSA.tryRecoverCalldata(digest, signature);
            return failure == ECDSA.RecoverError.NoError ? signer : address(0);
        }
        if (signature.length < ADDRESS_BYTES) return address(0);
        signer = address(bytes20(signature[:ADDRESS_BYTES]));
        bool valid = SignatureChecker.isValidERC1271SignatureNowCalldata(signer, digest, signature[ADDRESS_BYTES:]);
        return valid ? signer : address(0);
    }
}
