// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IAttributorSet} from "../../interfaces/IAttributorSet.sol";
import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";
import {ITillFactory} from "../../interfaces/ITillFactory.sol";
import {LedgerData} from "../../libraries/LedgerData.sol";
import {TreeKind} from "../../libraries/TreeKind.sol";
import {Epoch, ModelVersion, SettlementId} from "../../types/Ids.sol";
import {Root} from "../../types/Root.sol";
import {Epochs} from "./Epochs.sol";

/// @notice The way of income into the groups of an epoch: settlements, their sketches, and plain income.
abstract contract Settlements is Epochs, EIP712 {
    uint256 private constant ACCOUNT_SIGNATURE_BYTES = 65;
    uint256 private constant ADDRESS_BYTES = 20;
    uint256 private constant MOST_CALLS = 1 << TreeKind.TRACE_DEPTH;
    /// @dev One less than the tree has places: a count must fit `uint16`.
    uint256 private constant MOST_GROUPS = (1 << TreeKind.GROUP_DEPTH) - 1;

    /// @dev Income that waits for the version's next group, `since` its newest part came in: a stranger's old dust must not expire what just came.
    struct Plain {
        uint128 amount;
        uint48 since;
    }

    IAttributorSet internal immutable _attributors;
    uint48 internal immutable _sketchWindowSeconds;
    uint48 internal immutable _settlementLifetimeSeconds;
    address private immutable _deployer;

    ITillFactory private _tills;
    IModelRegistry private _models;

    /// @inheritdoc IRoyaltyLedger
    uint64 public settlementCount;
    mapping(SettlementId => Settlement) internal _settlements;
    mapping(ModelVersion => Plain) private _plain;

    /// @dev Committed settlements in the order of their commits, which is the order in which they become ready: all wait equally long.
    SettlementId[] private _queue;
    uint256 private _queueHead;

    constructor(IAttributorSet attributors, uint48 sketchWindowSeconds, uint48 settlementLifetimeSeconds) {
        if (settlementLifetimeSeconds <= sketchWindowSeconds) revert InvalidParameter("settlementLifetimeSeconds");
        _attributors = attributors;
        _sketchWindowSeconds = sketchWindowSeconds;
        _settlementLifetimeSeconds = settlementLifetimeSeconds;
        _deployer = msg.sender;
    }

    modifier onlyTill() {
        if (address(_tills) == address(0) || !_tills.isTill(msg.sender)) revert NotTill(msg.sender);
        _;
    }

    /// @inheritdoc IRoyaltyLedger
    function bind(ITillFactory tills, IModelRegistry models) external {
        if (msg.sender != _deployer) revert NotDeployer(msg.sender);
        if (address(_tills) != address(0)) revert AlreadyBound();
        if (address(tills) == address(0)) revert InvalidParameter("tills");
        if (address(models) == address(0)) revert InvalidParameter("models");
        _tills = tills;
        _models = models;
        emit Bound(address(tills), address(models));
    }

    // --- income ---

    /// @inheritdoc IRoyaltyLedger
    function openSettlement(
        ModelVersion version,
        Root calldata receipts,
        uint32 count,
        uint128 pool
    ) external onlyTill nonReentrant returns (SettlementId settlement) {
        settlement = SettlementId.wrap(++settlementCount);
        Settlement storage opened = _settlements[settlement];
        opened.version = version;
        opened.till = msg.sender;
        opened.count = count;
        opened.status = SettlementStatus.Open;
        opened.openedAt = uint48(block.timestamp);
        opened.pool = pool;
        opened.receipts = receipts;
        _pools += pool;
        emit SettlementOpened(settlement, version, msg.sender, receipts, count, pool);
        _take(msg.sender, pool);
    }

    /// @inheritdoc IRoyaltyLedger
    function addPlainIncome(ModelVersion version, uint128 amount) external onlyTill nonReentrant {
        Plain storage plain = _plain[version];
        plain.since = uint48(block.timestamp);
        plain.amount += amount;
        _pools += amount;
        emit PlainIncome(version, amount);
        _take(msg.sender, amount);
    }

    // --- inputs of an epoch ---

    /// @inheritdoc IRoyaltyLedger
    function commitSketches(
        SettlementId settlement,
        Root calldata sketches,
        bytes32 bundleHash,
        bytes[] calldata signatures
    ) external nonReentrant {
        Settlement storage committed = _open(settlement);
        if (sketches.sum != committed.count || sketches.hash == 0)
            revert SketchCountMismatch(sketches.sum, committed.count);
        if (_models.indexStatus(committed.version) != IModelRegistry.IndexStatus.Usable)
            revert IndexNotUsable(committed.version);
        _requireQuorum(attestationDigest(settlement, sketches.hash), signatures);
        uint48 readyAt = uint48(block.timestamp) + _sketchWindowSeconds;
        committed.status = SettlementStatus.Committed;
        committed.readyAt = readyAt;
        committed.epoch = epochAt(readyAt);
        committed.sketches = sketches;
        _queue.push(settlement);
        emit SketchesCommitted(settlement, sketches, msg.sender, readyAt, committed.epoch, bundleHash);
    }

    /// @inheritdoc IRoyaltyLedger
    function advance(uint256 max) external nonReentrant returns (uint256 moved) {
        uint256 head = _queueHead;
        uint256 end = _queue.length;
        for (; moved < max && head < end; ++moved) {
            SettlementId settlement = _queue[head];
            Settlement storage next = _settlements[settlement];
            if (next.readyAt > block.timestamp) break;
            _group(settlement, next);
            ++head;
        }
        _queueHead = head;
    }

    /// @inheritdoc IRoyaltyLedger
    function expire(SettlementId settlement) external nonReentrant {
        Settlement storage expired = _open(settlement);
        uint48 until = expired.openedAt + _settlementLifetimeSeconds;
        if (block.timestamp < until) revert SettlementNotExpired(settlement, until);
        expired.status = SettlementStatus.Expired;
        emit SettlementExpired(settlement, expired.pool);
        _giveUp(expired.pool);
    }

    /// @inheritdoc IRoyaltyLedger
    function expirePlainIncome(ModelVersion version) external nonReentrant {
        Plain memory plain = _plain[version];
        uint48 until = plain.since + _settlementLifetimeSeconds;
        if (plain.amount == 0 || block.timestamp < until) revert PlainIncomeNotExpired(version, until);
        delete _plain[version];
        emit PlainIncomeExpired(version, plain.amount);
        _giveUp(plain.amount);
    }

    // --- views ---

    /// @inheritdoc IRoyaltyLedger
    function settlementOf(SettlementId settlement) external view returns (Settlement memory) {
        return _settlements[settlement];
    }

    /// @inheritdoc IRoyaltyLedger
    function plainIncomeOf(ModelVersion version) external view returns (uint128 amount, uint48 since) {
        return (_plain[version].amount, _plain[version].since);
    }

    /// @inheritdoc IRoyaltyLedger
    function queueLength() external view returns (uint256) {
        return _queue.length - _queueHead;
    }

    /// @inheritdoc IRoyaltyLedger
    function attestationDigest(SettlementId settlement, bytes32 sketchesHash) public view returns (bytes32) {
        Settlement storage attested = _settlements[settlement];
        if (attested.status == SettlementStatus.None) revert UnknownSettlement(settlement);
        bytes32 indexRoot = _models.indexOf(attested.version).hash;
        return _hashTypedDataV4(LedgerData.attestationHash(settlement, indexRoot, sketchesHash, attested.count));
    }

    // --- internal ---

    /// @dev Reverts while a settlement that became ready before `until` has no group yet.
    function _requireAdvanced(Epoch epoch, uint48 until) internal view {
        if (_queueHead == _queue.length) return;
        SettlementId next = _queue[_queueHead];
        if (_settlements[next].readyAt < until) revert EpochNotAdvanced(epoch, next);
    }

    function _open(SettlementId settlement) private view returns (Settlement storage open) {
        open = _settlements[settlement];
        if (open.status == SettlementStatus.None) revert UnknownSettlement(settlement);
        if (open.status != SettlementStatus.Open) revert SettlementNotOpen(settlement);
    }

    /// @dev Appends a settlement to its version's group in the epoch of the instant at which it became ready.
    function _group(SettlementId settlement, Settlement storage ready) private {
        Epoch epoch = ready.epoch;
        EpochData storage data = _epochs[epoch];
        (bool found, uint16 place) = _roomFor(epoch, data, ready.version, ready.count);
        if (!found) {
            ready.status = SettlementStatus.Open;
            ready.readyAt = 0;
            ready.epoch = Epoch.wrap(0);
            delete ready.sketches;
            emit SettlementReleased(settlement, epoch);
            return;
        }
        Group storage group = data.groups[place];
        uint32 offset = group.callCount;
        ready.status = SettlementStatus.Ready;
        ready.group = place;
        ready.offset = offset;
        group.callCount = offset + ready.count;
        group.pool += ready.pool;
        group.settlements.push(settlement);
        data.pools += ready.pool;
        emit SettlementReady(settlement, epoch, place, offset, ready.pool);
    }

    /// @dev The version's group in the epoch. A new one begins where there is none, or none with room for the calls, and takes in the version's plain income.
    function _roomFor(
        Epoch epoch,
        EpochData storage data,
        ModelVersion version,
        uint32 count
    ) private returns (bool found, uint16 place) {
        uint256 open = data.groupOf[version];
        if (open != 0 && data.groups[open - 1].callCount + uint256(count) <= MOST_CALLS)
            return (true, uint16(open - 1));
        uint256 groups = data.groups.length;
        if (groups == MOST_GROUPS) return (false, 0);
        if (groups == 0) _nonEmpty.push(epoch);
        Group storage created = data.groups.push();
        created.version = version;
        data.groupOf[version] = groups + 1;
        uint128 plain = _plain[version].amount;
        if (plain != 0) {
            delete _plain[version];
            created.pool = plain;
            data.pools += plain;
        }
        return (true, uint16(groups));
    }

    /// @dev Signers ascend, so each counts once; all of them must be attributors.
    function _requireQuorum(bytes32 digest, bytes[] calldata signatures) private view {
        uint256 weight;
        address last;
        for (uint256 i; i < signatures.length; ++i) {
            address signer = _signerOf(digest, signatures[i]);
            if (signer <= last) revert SignersNotAscending(signer);
            uint256 own = _attributors.weightOf(signer);
            if (own == 0) revert NotAttributor(signer);
            weight += own;
            last = signer;
        }
        uint256 quorum = _attributors.quorum();
        if (weight < quorum) revert QuorumNotReached(weight, quorum);
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
