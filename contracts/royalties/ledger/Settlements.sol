// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICourtLedger} from "../../interfaces/ICourtLedger.sol";
import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";
import {TreeKind} from "../../libraries/TreeKind.sol";
import {Epoch, ModelVersion, SettlementId} from "../../types/Ids.sol";
import {Root} from "../../types/Root.sol";
import {Sketches} from "./Sketches.sol";

/// @notice The way of income into the groups of an epoch: settlements and plain income.
abstract contract Settlements is Sketches {
    uint256 private constant MOST_CALLS = 1 << TreeKind.TRACE_DEPTH;
    /// @dev One less than the tree has places: a count must fit `uint16`.
    uint256 private constant MOST_GROUPS = (1 << TreeKind.GROUP_DEPTH) - 1;

    /// @dev Income that waits for the version's next group, `since` its newest part came in: a stranger's old dust must not expire what just came.
    struct Plain {
        uint128 amount;
        uint48 since;
    }

    uint48 internal immutable _settlementLifetimeSeconds;

    /// @inheritdoc IRoyaltyLedger
    uint64 public settlementCount;
    mapping(ModelVersion => Plain) private _plain;

    constructor(uint48 settlementLifetimeSeconds) {
        if (settlementLifetimeSeconds <= _sketchWindowSeconds) revert InvalidParameter("settlementLifetimeSeconds");
        _settlementLifetimeSeconds = settlementLifetimeSeconds;
    }

    modifier onlyTill() {
        if (address(_tills) == address(0) || !_tills.isTill(msg.sender)) revert NotTill(msg.sender);
        _;
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
    function advance(uint256 max) external nonReentrant returns (uint256 moved) {
        for (; moved < max; ++moved) {
            Queue storage queue = _nextQueue();
            uint256 head = queue.head;
            if (head == queue.entries.length) break;
            Waiting memory waiting = queue.entries[head];
            Settlement storage next = _settlements[waiting.settlement];
            if (_isCurrent(next, waiting.readyAt)) {
                if (waiting.readyAt > block.timestamp) break;
                _group(waiting.settlement, next);
            }
            queue.head = head + 1;
        }
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

    /// @inheritdoc ICourtLedger
    function voidSettlement(SettlementId settlement) external onlyCourt nonReentrant {
        Settlement storage voided = _settlements[settlement];
        bool isPending =
            voided.status == SettlementStatus.Open ||
                (voided.status == SettlementStatus.Committed && block.timestamp < voided.readyAt);
        if (!isPending) revert SettlementNotPending(settlement);
        voided.status = SettlementStatus.Voided;
        emit SettlementVoided(settlement, voided.pool);
        _giveUp(voided.pool);
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
    function plainIncomeOf(ModelVersion version) external view returns (uint128 amount, uint48 since) {
        return (_plain[version].amount, _plain[version].since);
    }

    // --- internal ---

    /// @dev Appends a settlement to its version's group in the epoch of the instant at which it became ready.
    function _group(SettlementId settlement, Settlement storage ready) private {
        Epoch epoch = ready.epoch;
        EpochData storage data = _epochs[epoch];
        (bool found, uint16 place) = _roomFor(epoch, data, ready.version, ready.count);
        if (!found) {
            _reopen(ready);
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
        if (groups == 0) {
            _nonEmpty.push(epoch);
            data.place = uint32(_nonEmpty.length);
        }
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
}
