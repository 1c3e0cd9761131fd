// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {Epoch, ModelVersion, SettlementId} from "../../../contracts/types/Ids.sol";
import {Method} from "../../../contracts/types/Method.sol";
import {Root} from "../../../contracts/types/Root.sol";

/// @notice Stands in for what checkers read of the ledger and of the models, so that a test can put any epoch before them.
contract ChainStandIn {
    mapping(Epoch => mapping(uint32 proposal => IRoyaltyLedger.Proposal)) private _proposals;
    mapping(SettlementId => IRoyaltyLedger.Settlement) private _settlements;
    mapping(ModelVersion => IModelRegistry.Index) private _indexes;
    mapping(ModelVersion => Method) private _methods;

    function setProposal(Epoch epoch, uint32 proposal, Root calldata groups, Root calldata payouts) external {
        IRoyaltyLedger.Proposal storage set = _proposals[epoch][proposal];
        set.status = IRoyaltyLedger.ProposalStatus.Pending;
        set.groups = groups;
        set.payouts = payouts;
    }

    function setSettlement(SettlementId settlement, IRoyaltyLedger.Settlement calldata set) external {
        _settlements[settlement] = set;
    }

    function setIndex(ModelVersion version, Root calldata root, Method calldata method) external {
        _indexes[version].hash = root.hash;
        _indexes[version].sum = root.sum;
        _methods[version] = method;
    }

    /// @dev It stands in for them too, where a test has any.
    function positions() external view returns (address) {
        return address(this);
    }

    function proposalOf(Epoch epoch, uint32 proposal) external view returns (IRoyaltyLedger.Proposal memory) {
        return _proposals[epoch][proposal];
    }

    function settlementOf(SettlementId settlement) external view returns (IRoyaltyLedger.Settlement memory) {
        return _settlements[settlement];
    }

    function indexOf(ModelVersion version) external view returns (IModelRegistry.Index memory) {
        return _indexes[version];
    }

    function indexStatus(ModelVersion version) external view returns (IModelRegistry.IndexStatus) {
        return _indexes[version].hash == 0 ? IModelRegistry.IndexStatus.None : IModelRegistry.IndexStatus.Usable;
    }

    function methodOf(ModelVersion version) external view returns (Method memory) {
        return _methods[version];
    }
}
