// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {ContributionId, Epoch, ModelVersion, PositionId, SettlementId} from "../types/Ids.sol";
import {Method} from "../types/Method.sol";
import {Root} from "../types/Root.sol";

/// @notice Holds all that the checkers of fault proofs read of an epoch, as a test states it: ledger, models, datanets and positions in one.
contract EpochFacts {
    struct Group {
        ModelVersion version;
        uint32 callCount;
        uint128 pool;
    }

    struct Settled {
        SettlementId id;
        IRoyaltyLedger.Settlement settlement;
    }

    struct Indexed {
        ModelVersion version;
        Root root;
        Method method;
    }

    struct Earner {
        ContributionId contribution;
        PositionId position;
    }

    struct Facts {
        Group[] groups;
        Settled[] settlements;
        Indexed[] indexes;
        Earner[] earners;
        Root payouts;
        PositionId treasury;
        uint64 positions;
    }

    error UnknownGroup(Epoch epoch, uint16 group);

    uint64 public positionCount;
    PositionId public treasuryPosition;
    Root private _payouts;
    Group[] private _groups;
    IRoyaltyLedger.Proposal private _proposal;
    mapping(SettlementId => IRoyaltyLedger.Settlement) private _settlements;
    mapping(ModelVersion => IModelRegistry.Index) private _indexes;
    mapping(ModelVersion => Method) private _methods;
    mapping(ContributionId => PositionId) private _earners;

    constructor(Facts memory facts) {
        positionCount = facts.positions;
        treasuryPosition = facts.treasury;
        _payouts = facts.payouts;
        for (uint256 i; i < facts.groups.length; ++i) _groups.push(facts.groups[i]);
        for (uint256 i; i < facts.settlements.length; ++i)
            _settlements[facts.settlements[i].id] = facts.settlements[i].settlement;
        for (uint256 i; i < facts.indexes.length; ++i) {
            Indexed memory indexed_ = facts.indexes[i];
            _indexes[indexed_.version].hash = indexed_.root.hash;
            _indexes[indexed_.version].sum = indexed_.root.sum;
            _methods[indexed_.version] = indexed_.method;
        }
        for (uint256 i; i < facts.earners.length; ++i)
            _earners[facts.earners[i].contribution] = facts.earners[i].position;
    }

    function accuse(Root calldata groups, Root calldata payouts) external {
        _proposal.status = IRoyaltyLedger.ProposalStatus.Pending;
        _proposal.groups = groups;
        _proposal.payouts = payouts;
    }

    function positions() external view returns (address) {
        return address(this);
    }

    function groupCount(Epoch) external view returns (uint16) {
        return uint16(_groups.length);
    }

    function groupHeadOf(Epoch epoch, uint16 group) external view returns (ModelVersion, uint32, uint128) {
        if (group >= _groups.length) revert UnknownGroup(epoch, group);
        Group memory head = _groups[group];
        return (head.version, head.callCount, head.pool);
    }

    function payoutsBefore(Epoch) external view returns (Root memory) {
        return _payouts;
    }

    function epochEnd(Epoch) external pure returns (uint48) {
        return 0;
    }

    function proposalOf(Epoch, uint32) external view returns (IRoyaltyLedger.Proposal memory) {
        return _proposal;
    }

    function settlementOf(SettlementId settlement) external view returns (IRoyaltyLedger.Settlement memory) {
        return _settlements[settlement];
    }

    function indexOf(ModelVersion version) external view returns (IModelRegistry.Index memory) {
        return _indexes[version];
    }

    function methodOf(ModelVersion version) external view returns (Method memory) {
        return _methods[version];
    }

    function earnerOf(ContributionId contribution, uint48) external view returns (PositionId) {
        return _earners[contribution];
    }
}
