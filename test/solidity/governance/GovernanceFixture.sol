// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {Test} from "forge-std/Test.sol";
import {OpenGovernor} from "../../../contracts/governance/OpenGovernor.sol";
import {GovernanceOpen} from "../../../contracts/token/GovernanceOpen.sol";
import {OpenToken} from "../../../contracts/token/OpenToken.sol";

/// @notice A contract with one parameter that governance may change.
contract Governed {
    address public immutable governance;
    uint256 public parameter;

    error NotGovernance(address caller);

    constructor(address governance_) {
        governance = governance_;
    }

    function setParameter(uint256 newParameter) external {
        if (msg.sender != governance) revert NotGovernance(msg.sender);
        parameter = newParameter;
    }
}

/// @notice gOPEN, governor and timelock, wired as a deployment does, with voters and a contract that they govern.
abstract contract GovernanceFixture is Test {
    uint256 internal constant NOW = 1_700_000_000;
    uint256 internal constant TIMELOCK_DELAY = 2 days;
    string internal constant DESCRIPTION = "Set the parameter";

    OpenToken internal open;
    GovernanceOpen internal votes;
    TimelockController internal timelock;
    OpenGovernor internal governor;
    Governed internal governed;
    address internal deployer = makeAddr("deployer");
    /// @dev Holds 95 % of the votes.
    address internal whale = makeAddr("whale");
    /// @dev Holds 5 % of the votes: more than the quorum.
    address internal minority = makeAddr("minority");
    address internal stranger = makeAddr("stranger");

    struct Proposal {
        address[] targets;
        uint256[] values;
        bytes[] calldatas;
        string description;
    }

    function setUp() public virtual {
        vm.warp(NOW);
        open = new OpenToken(address(this));
        votes = new GovernanceOpen(open);
        vm.startPrank(deployer);
        timelock = new TimelockController(TIMELOCK_DELAY, new address[](0), _anyone(), deployer);
        governor = new OpenGovernor(votes, timelock, settings());
        timelock.grantRole(timelock.PROPOSER_ROLE(), address(governor));
        timelock.grantRole(timelock.CANCELLER_ROLE(), address(governor));
        timelock.renounceRole(timelock.DEFAULT_ADMIN_ROLE(), deployer);
        vm.stopPrank();
        governed = new Governed(address(timelock));
        open.approve(address(votes), type(uint256).max);
        votes.depositFor(whale, 95_000_000e18);
        votes.depositFor(minority, 5_000_000e18);
        vm.prank(whale);
        votes.delegate(whale);
        vm.prank(minority);
        votes.delegate(minority);
        vm.warp(NOW + 1);
    }

    function settings() internal pure returns (OpenGovernor.Settings memory) {
        return
            OpenGovernor.Settings({
                votingDelaySeconds: 1 days,
                votingPeriodSeconds: 7 days,
                proposalThreshold: 1_000_000e18,
                quorumBps: 400,
                lateQuorumSeconds: 2 days,
                leastQuorum: 1_000_000e18
            });
    }

    function proposalOf(address target, bytes memory call) internal pure returns (Proposal memory p) {
        p.targets = new address[](1);
        p.values = new uint256[](1);
        p.calldatas = new bytes[](1);
        p.targets[0] = target;
        p.calldatas[0] = call;
        p.description = DESCRIPTION;
    }

    function propose(address proposer, Proposal memory p) internal returns (uint256 id) {
        vm.prank(proposer);
        return governor.propose(p.targets, p.values, p.calldatas, p.description);
    }

    function vote(address voter, uint256 id, uint8 support) internal {
        vm.prank(voter);
        governor.castVote(id, support);
    }

    function queue(Proposal memory p) internal {
        governor.queue(p.targets, p.values, p.calldatas, keccak256(bytes(p.description)));
    }

    function execute(Proposal memory p) internal {
        governor.execute(p.targets, p.values, p.calldatas, keccak256(bytes(p.description)));
    }

    /// @dev Everything up to the moment at which the proposal can be executed.
    function passed(Proposal memory p) internal {
        uint256 id = propose(whale, p);
        vm.warp(governor.proposalSnapshot(id) + 1);
        vote(whale, id, 1);
        vm.warp(governor.proposalDeadline(id) + 1);
        queue(p);
        vm.warp(governor.proposalEta(id));
    }

    function _anyone() private pure returns (address[] memory executors) {
        executors = new address[](1);
    }
}
