// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IDemands} from "../../../contracts/interfaces/IDemands.sol";
import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {LedgerData} from "../../../contracts/libraries/LedgerData.sol";
import {Epoch} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {DemandsFixture} from "./DemandsFixture.sol";
import {Judge} from "./Judge.sol";

/// @notice What liars, honest proposers, provers, demanders and answerers do, in any order and by any of four accounts. An action that cannot be done now reverts.
abstract contract CourtActions is DemandsFixture {
    using SparseTree for SparseTree.Tree;

    address[4] private _actors;
    bytes32[] private _commitments;
    address[] private _reservers;
    IFaultProofs.Accused[] private _reserved;
    uint256 private _salt;
    /// @dev Of the known tree, which takes long to build.
    Root private _groups;
    bytes private _answer;

    uint256 public immutable supplyAtFirst;
    // How often the actions did their work.
    uint256 public endedProposals;
    uint256 public reservations;
    uint256 public heldRewards;
    /// @dev Reservations against what was final, or was overtaken, that were shown in time.
    uint256 public overtaken;
    uint256 public answered;
    uint256 public unanswered;
    uint256 public finalized;
    // Base units of reservations' deposits.
    uint256 public depositsReturned;
    uint256 public depositsBurned;

    constructor() {
        setUp();
        _actors = [alice, bob, proposer, rival];
        supplyAtFirst = token.totalSupply();
        _groups = groupsTree().root();
        _answer = answerInner(groupsTree(), 0, 0);
    }

    function actions() external pure returns (bytes4[] memory all) {
        bytes4[15] memory list = [
            this.beginEpoch.selector,
            this.proposeKnown.selector,
            this.proposeUnknown.selector,
            this.reserve.selector,
            this.proveAs.selector,
            this.reveal.selector,
            this.payReward.selector,
            this.burnDeposit.selector,
            this.demand.selector,
            this.answer.selector,
            this.endUnanswered.selector,
            this.refund.selector,
            this.delay.selector,
            this.finalize.selector,
            this.pass.selector
        ];
        all = new bytes4[](list.length);
        for (uint256 i; i < list.length; ++i) all[i] = list[i];
    }

    /// @dev Nobody else ever gets a token.
    function everybodysTokens() external view returns (uint256 total) {
        address[6] memory others = [
            address(this),
            address(ledger),
            ledger.vault(),
            address(judge),
            address(demands),
            address(staking)
        ];
        for (uint256 i; i < others.length; ++i) total += token.balanceOf(others[i]);
        for (uint256 i; i < _actors.length; ++i) total += token.balanceOf(_actors[i]);
        total += token.totalSupply() > supplyAtFirst ? type(uint128).max : supplyAtFirst - token.totalSupply();
    }

    function checkCovered() external view {
        assertCovered();
    }

    /// @dev Each deposit of a reservation is held, went back, or burned.
    function checkDeposits() external view {
        (uint256 held, ) = judge.owed();
        assertEq(reservations * RESERVATION_DEPOSIT, held + depositsReturned + depositsBurned);
    }

    // --- actions ---

    function beginEpoch() external {
        if (_isOpen()) return;
        epochOver();
    }

    function proposeKnown(uint256 actor) external {
        Root memory payouts = Root(keccak256(abi.encode(++_salt)), ledger.payoutsRoot().sum + POOL);
        propose(ledger.nextEpoch(), _groups, payouts, _actor(actor));
    }

    function proposeUnknown(uint256 actor) external {
        propose(ledger.nextEpoch(), vm.toString(++_salt), _actor(actor));
    }

    function reserve(uint256 actor, uint256 proposal, uint256 whose) external {
        IFaultProofs.Accused memory a = _accused(proposal);
        IRoyaltyLedger.Proposal memory p = ledger.proposalOf(a.epoch, a.proposal);
        bytes32 commitment = LedgerData.proofCommitment(
            block.chainid,
            address(ledger),
            a.epoch,
            LedgerData.proposalRoot(p.groups, p.payouts),
            keccak256(abi.encodeCall(Judge.prove, (a, 0, true))),
            _actor(actor + (whose % 4 == 0 ? 1 : 0))
        );
        vm.prank(_actor(actor));
        judge.commitProof(a, commitment);
        _commitments.push(commitment);
        _reservers.push(_actor(actor));
        _reserved.push(a);
        ++reservations;
    }

    /// @dev The sender of one of the newest reservations shows its proof, whatever has become of the proposal; if that is not pending, all that can change hands is the
    /// deposit.
    function reveal(uint256 which) external {
        uint256 last = _reservers.length - 1;
        which = _bound(which, last < 4 ? 0 : last - 4, last);
        IFaultProofs.Accused memory a = _reserved[which];
        address sender = _reservers[which];
        IRoyaltyLedger.ProposalStatus status = statusOf(a);
        if (status == IRoyaltyLedger.ProposalStatus.Pending || _isHonest(a)) return;
        uint256 before = token.balanceOf(sender);
        (uint256 deposits, uint256 rewards) = judge.owed();
        vm.prank(sender);
        judge.prove(a, 0, true);
        assertStatus(a, status);
        (uint256 depositsAfter, uint256 rewardsAfter) = judge.owed();
        assertEq(token.balanceOf(sender) - before, RESERVATION_DEPOSIT, "returned");
        assertEq(deposits - depositsAfter, RESERVATION_DEPOSIT, "not held any more");
        assertEq(rewardsAfter, rewards, "rewards");
        if (status != IRoyaltyLedger.ProposalStatus.Ended) ++overtaken;
        depositsReturned += RESERVATION_DEPOSIT;
    }

    function proveAs(uint256 actor, uint256 proposal) external {
        IFaultProofs.Accused memory a = _accused(proposal);
        // A proof holds against what is wrong.
        if (_isHonest(a)) return;
        bool wasPending = statusOf(a) == IRoyaltyLedger.ProposalStatus.Pending;
        (uint256 deposits, ) = judge.owed();
        vm.prank(_actor(actor));
        judge.prove(a, 0, true);
        (uint256 depositsAfter, ) = judge.owed();
        depositsReturned += deposits - depositsAfter;
        assertStatus(a, IRoyaltyLedger.ProposalStatus.Ended);
        if (!wasPending) return;
        ++endedProposals;
        if (judge.docketOf(a).reward != 0) ++heldRewards;
    }

    function payReward(uint256 proposal) external {
        judge.payReward(_accused(proposal));
    }

    function burnDeposit(uint256 which) external {
        which = _bound(which, 0, _commitments.length - 1);
        judge.burnDeposit(_reservers[which], _commitments[which]);
        depositsBurned += RESERVATION_DEPOSIT;
    }

    function demand(uint256 proposal, uint256 root) external {
        bool ofPayouts = root % 2 == 1;
        IFaultProofs.Accused memory a = _accused(proposal);
        IRoyaltyLedger.Proposal memory p = ledger.proposalOf(a.epoch, a.proposal);
        IDemands.Commitment memory commitment = IDemands.Commitment(
            ofPayouts ? 11 : 9,
            Epoch.unwrap(a.epoch),
            a.proposal
        );
        vm.prank(alice);
        demands.demand(commitment, noPath(), 0, ofPayouts ? p.payouts : p.groups, hex"0000000000");
    }

    function answer(uint256 id, uint256 actor) external {
        vm.prank(_actor(actor));
        demands.answer(_demand(id), _answer);
        ++answered;
    }

    function endUnanswered(uint256 id) external {
        demands.endUnanswered(_demand(id));
        ++unanswered;
    }

    function refund(uint256 id) external {
        demands.refund(_demand(id));
    }

    function delay(uint256 addedSeconds) external {
        Epoch epoch = ledger.nextEpoch();
        vm.prank(guardian);
        ledger.delayFinalization(epoch, uint48(_bound(addedSeconds, 0, 50)));
    }

    function finalize() external {
        ledger.finalize(ledger.nextEpoch());
        ++finalized;
    }

    function pass(uint256 duration, uint256 blocks) external {
        vm.warp(block.timestamp + _bound(duration, 1, CHALLENGE_WINDOW / 2));
        vm.roll(block.number + _bound(blocks, 1, REVEAL_BLOCKS / 2));
    }

    // --- internal ---

    function _isHonest(IFaultProofs.Accused memory a) private view returns (bool) {
        return ledger.proposalOf(a.epoch, a.proposal).groups.hash == _groups.hash;
    }

    function _actor(uint256 seed) private view returns (address) {
        return _actors[seed % _actors.length];
    }

    /// @dev One of the newest, which can still be answered now and then.
    function _demand(uint256 seed) private view returns (uint256) {
        uint256 count = demands.demandCount();
        return _bound(seed, count > 2 ? count - 2 : 1, count);
    }

    function _isOpen() private view returns (bool) {
        try ledger.nextEpoch() returns (Epoch) {
            return true;
        } catch {
            return false;
        }
    }

    /// @dev One of the newest, which is more often pending.
    function _accused(uint256 seed) private view returns (IFaultProofs.Accused memory) {
        Epoch epoch = ledger.nextEpoch();
        uint256 last = ledger.proposalCount(epoch) - 1;
        return IFaultProofs.Accused(epoch, uint32(_bound(seed, last == 0 ? 0 : last - 1, last)));
    }
}
