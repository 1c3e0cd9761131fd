// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {GovernorVotesQuorumFraction} from "@openzeppelin/contracts/governance/extensions/GovernorVotesQuorumFraction.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {OpenGovernor} from "../../../contracts/governance/OpenGovernor.sol";
import {Epoch} from "../../../contracts/types/Ids.sol";
import {GovernanceFixture} from "../governance/GovernanceFixture.sol";
import {Deployments} from "../support/Deployments.sol";

/// @notice A majority that would propose false roots, and first votes away what they would cost it (HostileVotes.tree).
contract HostileVotesTest is GovernanceFixture, Deployments {
    Deployments.Protocol private _p;

    function setUp() public override {
        super.setUp();
        governance = address(timelock);
        _p = deployProtocol();
    }

    function _executionReverts(address target, bytes memory call, bytes memory error_) private {
        Proposal memory p = proposalOf(target, call);
        passed(p);
        vm.expectRevert(error_);
        execute(p);
    }

    function _executes(address target, bytes memory call) private {
        Proposal memory p = proposalOf(target, call);
        passed(p);
        execute(p);
    }

    function test_Attack_AVoteLeavesTheBondOfProposals() public {
        bytes memory call = abi.encodeCall(IRoyaltyLedger.setBonds, (0, 0));
        bytes memory error_ = abi.encodeWithSelector(IRoyaltyLedger.BelowLeast.selector, "bondFloor", 0, BOND_FLOOR);
        _executionReverts(address(_p.ledger), call, error_);
        // Nor in two steps.
        _executes(address(_p.ledger), abi.encodeCall(IRoyaltyLedger.setBonds, (BOND_FLOOR * 2, BOND_BPS * 2)));
        _executionReverts(address(_p.ledger), abi.encodeCall(IRoyaltyLedger.setBonds, (0, BOND_BPS)), error_);
        call = abi.encodeCall(IRoyaltyLedger.setBonds, (BOND_FLOOR, 0));
        error_ = abi.encodeWithSelector(IRoyaltyLedger.BelowLeast.selector, "bondBps", 0, BOND_BPS);
        _executionReverts(address(_p.ledger), call, error_);
        assertEq(_p.ledger.requiredBond(Epoch.wrap(0)), BOND_FLOOR * 2);
    }

    function test_Attack_AVoteLeavesTheBondOfIndexes() public {
        bytes memory call = abi.encodeCall(IModelRegistry.setIndexBond, (0));
        bytes memory error_ = abi.encodeWithSelector(IModelRegistry.IndexBondTooLow.selector, 0, INDEX_BOND);
        _executionReverts(address(_p.models), call, error_);
        assertEq(_p.models.indexBond(), INDEX_BOND);
    }

    function test_Attack_AVoteLeavesTheQuorum() public {
        bytes memory call = abi.encodeCall(GovernorVotesQuorumFraction.updateQuorumNumerator, (100));
        bytes memory error_ = abi.encodeWithSelector(OpenGovernor.QuorumOutOfRange.selector, 100, 400, 3_000);
        _executionReverts(address(governor), call, error_);
        assertEq(governor.quorumNumerator(), 400);
    }
}
