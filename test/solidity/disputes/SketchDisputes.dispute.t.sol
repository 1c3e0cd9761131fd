// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IDemands} from "../../../contracts/interfaces/IDemands.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {ISketchDisputes} from "../../../contracts/interfaces/ISketchDisputes.sol";
import {IStakeVotes} from "../../../contracts/interfaces/IStakeVotes.sol";
import {SketchVotes} from "../../../contracts/libraries/SketchVotes.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {PoolId, RoundId} from "../../../contracts/types/Ids.sol";
import {DisputesFixture} from "./DisputesFixture.sol";

/// @notice Disputes and their votes, branch by branch (SketchDisputes.dispute.tree).
contract SketchDisputesDisputeTest is DisputesFixture {
    function _expect(bytes4 refusal, IDemands.Commitment memory commitment) private {
        vm.expectRevert(abi.encodeWithSelector(refusal, commitment));
    }

    // --- construction ---

    function _refuses(string memory name, ISketchDisputes.Parameters memory p) private {
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.InvalidParameter.selector, name));
        this.deploy(p, voteTerms());
    }

    function _refusesVotes(string memory name, IStakeVotes.VoteTerms memory votes) private {
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.InvalidParameter.selector, name));
        this.deploy(disputeParameters(), votes);
    }

    function deploy(ISketchDisputes.Parameters memory p, IStakeVotes.VoteTerms memory votes) external {
        deployDisputes(p, votes);
    }

    function test_Parameters_RefusesThoseOutOfRange() public {
        ISketchDisputes.Parameters memory p = disputeParameters();
        p.resolveSeconds = 0;
        _refuses("resolveSeconds", p);
        p.resolveSeconds = 30 days - COMMIT - REVEAL + 1;
        _refuses("resolveSeconds", p);
        p = disputeParameters();
        p.bondFloor = 0;
        _refuses("bondFloor", p);
        p = disputeParameters();
        p.bondBps = 2_001;
        _refuses("bondBps", p);
        p = disputeParameters();
        p.unansweredBps = 0;
        _refuses("unansweredBps", p);
        p.unansweredBps = 5_001;
        _refuses("unansweredBps", p);
        p = disputeParameters();
        p.signerBps = 0;
        _refuses("signerBps", p);
        p.signerBps = 10_001;
        _refuses("signerBps", p);
        p = disputeParameters();
        p.admittedBps = p.signerBps + 1;
        _refuses("admittedBps", p);
        p = disputeParameters();
        p.answerableSeconds = SKETCH_WINDOW + HOLD + REVEAL - 1;
        _refuses("answerableSeconds", p);
    }

    function test_VoteTerms_RefusesThoseOutOfRange() public {
        IStakeVotes.VoteTerms memory votes = voteTerms();
        votes.commitSeconds = 0;
        _refusesVotes("commitSeconds", votes);
        votes = voteTerms();
        votes.revealSeconds = 30 days + 1;
        _refusesVotes("revealSeconds", votes);
        votes = voteTerms();
        votes.quorumBps = 0;
        _refusesVotes("quorumBps", votes);
        votes.quorumBps = 10_001;
        _refusesVotes("quorumBps", votes);
        votes = voteTerms();
        votes.unrevealedBps = 0;
        _refusesVotes("unrevealedBps", votes);
    }

    function test_Parameters_AreAsDeployed() public view {
        assertEq(abi.encode(disputes.parameters()), abi.encode(disputeParameters()));
        assertEq(abi.encode(disputes.voteTerms()), abi.encode(voteTerms()));
        assertEq(disputes.answerableSeconds(), ANSWERABLE);
        assertEq(disputes.holdSeconds(), HOLD);
    }

    // --- dispute ---

    function test_Dispute_RevertsForOtherKinds() public {
        IDemands.Commitment memory commitment = committed();
        commitment.kind = TreeKind.RECEIPT;
        vm.expectRevert(abi.encodeWithSelector(ISketchDisputes.NotDisputable.selector, TreeKind.RECEIPT));
        dispute(commitment);
        commitment = commitIndex();
        isIndexCourt = false;
        vm.expectRevert(abi.encodeWithSelector(ISketchDisputes.NotDisputable.selector, TreeKind.INDEX));
        dispute(commitment);
    }

    function test_Dispute_RevertsForOtherCommits() public {
        IDemands.Commitment memory commitment = committed();
        commitment.sub = 1;
        _expect(ISketchDisputes.CommitNotPending.selector, commitment);
        dispute(commitment);
        (commitment.sub, commitment.id) = (0, 9);
        _expect(ISketchDisputes.CommitNotPending.selector, commitment);
        dispute(commitment);
    }

    function test_Dispute_RevertsOnceReady() public {
        IDemands.Commitment memory commitment = committed();
        vm.warp(settlementOf(commitment).readyAt);
        _expect(ISketchDisputes.CommitNotPending.selector, commitment);
        dispute(commitment);
        commitment = commitIndex();
        vm.warp(index.usableAt);
        _expect(ISketchDisputes.CommitNotPending.selector, commitment);
        dispute(commitment);
    }

    /// @dev However many disputes there are, none begins after the instant at which it would have been ready.
    function test_Dispute_RevertsOnceDue() public {
        IDemands.Commitment memory commitment = committed();
        uint48 dueAt = settlementOf(commitment).readyAt;
        vm.warp(dueAt - 1);
        disputeBy(alice, commitment, 0);
        disputeBy(bob, commitment, 1);
        assertEq(settlementOf(commitment).readyAt, dueAt - 1 + HOLD);
        vm.warp(dueAt);
        vm.expectRevert(abi.encodeWithSelector(ISketchDisputes.DisputeTooLate.selector, commitment, dueAt));
        disputeBy(bob, commitment, 2);
    }

    function test_Dispute_RevertsOnceAnIndexIsDue() public {
        IDemands.Commitment memory commitment = commitIndex();
        uint48 dueAt = index.usableAt;
        vm.warp(dueAt - 1);
        dispute(commitment);
        vm.warp(dueAt);
        vm.expectRevert(abi.encodeWithSelector(ISketchDisputes.DisputeTooLate.selector, commitment, dueAt));
        disputeBy(bob, commitment, 1);
    }

    function test_Dispute_RevertsPastTheCount() public {
        IDemands.Commitment memory commitment = committed();
        vm.expectRevert(abi.encodeWithSelector(ISketchDisputes.NoSuchSketch.selector, CALLS, CALLS));
        disputeBy(alice, commitment, CALLS);
        commitment = commitIndex();
        vm.expectRevert(abi.encodeWithSelector(ISketchDisputes.NoSuchSketch.selector, 7, 7));
        disputeBy(alice, commitment, 7);
    }

    function test_Dispute_RevertsForTheSameAgain() public {
        IDemands.Commitment memory commitment = committed();
        RoundId round = dispute(commitment);
        vm.expectRevert(abi.encodeWithSelector(ISketchDisputes.AlreadyDisputed.selector, round));
        dispute(commitment);
    }

    function test_Dispute_RevertsWithoutVoters() public {
        IDemands.Commitment memory commitment = committed();
        for (uint256 i; i < 4; ++i) {
            vm.prank(operatorOf(i));
            staking.unbond(pools[i], 0, uint128(4 - i) * UNIT);
        }
        vm.warp(block.timestamp + 1);
        vm.expectRevert(IStakeVotes.NoVoters.selector);
        dispute(commitment);
    }

    function test_Dispute_RevertsForTokenWithFee() public {
        IDemands.Commitment memory commitment = committed();
        token.setFee(1_000);
        vm.expectRevert(abi.encodeWithSelector(ISketchDisputes.AmountMismatch.selector, BOND, BOND - BOND / 10));
        dispute(commitment);
    }

    function test_Dispute_HoldsTheSettlement() public {
        IDemands.Commitment memory commitment = committed();
        uint48 committedAt = uint48(block.timestamp);
        vm.warp(block.timestamp + 10);
        uint48 until = uint48(block.timestamp) + HOLD;
        bytes32 commit_ = keccak256(abi.encodePacked(commitment.kind, commitment.id, commitment.sub));
        vm.expectEmit(address(disputes));
        emit ISketchDisputes.Disputed(RoundId.wrap(1), commit_, alice, commitment, 3, BOND, until);
        RoundId round = disputeBy(alice, commitment, 3);
        assertEq(settlementOf(commitment).readyAt, until);
        ISketchDisputes.Dispute memory made = disputes.disputeOf(round);
        assertEq(made.disputer, alice);
        assertEq(made.committedAt, committedAt);
        assertEq(made.place, 3);
        assertEq(made.bond, BOND);
        assertEq(abi.encode(made.commitment), abi.encode(commitment));
        assertOutcome(round, ISketchDisputes.Outcome.Open);
        assertEq(RoundId.unwrap(disputes.disputeWith(commitment, 3)), 1);
        assertEq(disputes.owed(), BOND);
        assertCovered();
        vm.warp(until - 1);
        ledger.advance(1);
        assertStatus(commitment, IRoyaltyLedger.SettlementStatus.Committed);
        vm.warp(until);
        ledger.advance(2);
        assertStatus(commitment, IRoyaltyLedger.SettlementStatus.Ready);
    }

    function test_Dispute_HoldsTheIndex() public {
        RoundId round = dispute(commitIndex());
        assertEq(index.usableAt, block.timestamp + HOLD);
        assertEq(disputes.disputeOf(round).bond, BOND_FLOOR);
        assertEq(disputes.disputeOf(round).committedAt, index.committedAt);
    }

    function test_DisputeOf_RevertsWithoutDispute() public {
        vm.expectRevert(abi.encodeWithSelector(ISketchDisputes.UnknownDispute.selector, 1));
        disputes.disputeOf(RoundId.wrap(1));
    }

    function test_BondFor_IsOfThePoolOrTheFloor() public {
        assertEq(disputes.bondFor(committed()), BOND);
        IDemands.Commitment memory commitment = commitIndex();
        assertEq(disputes.bondFor(commitment), BOND_FLOOR);
        commitment.sub = 1;
        _expect(ISketchDisputes.CommitNotPending.selector, commitment);
        disputes.bondFor(commitment);
    }

    // --- votes ---

    function test_CommitVote_RevertsForOtherKinds() public {
        RoundId round = dispute(committed());
        vm.startPrank(bob);
        PoolId gateway = staking.openPool(IOperatorStaking.PoolKind.Gateway, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.NotInElectorate.selector, round, gateway));
        disputes.commitVote(round, gateway, SALT);
    }

    function test_CommitVote_RevertsForOthers() public {
        RoundId round = dispute(committed());
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.NotOperator.selector, pools[0], address(this)));
        disputes.commitVote(round, pools[0], SALT);
    }

    function test_CommitVote_RevertsOutOfTurn() public {
        RoundId none = RoundId.wrap(9);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.UnknownRound.selector, none));
        disputes.commitVote(none, pools[0], SALT);
        RoundId round = dispute(committed());
        vm.startPrank(operatorOf(0));
        vm.expectRevert(IStakeVotes.EmptyCommitment.selector);
        disputes.commitVote(round, pools[0], 0);
        disputes.commitVote(round, pools[0], SALT);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.AlreadyCommitted.selector, round, pools[0]));
        disputes.commitVote(round, pools[0], SALT);
        vm.stopPrank();
        toReveals(round);
        vm.prank(operatorOf(1));
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.CommitWindowOver.selector, round, block.timestamp));
        disputes.commitVote(round, pools[1], SALT);
    }

    function test_RevealVote_RevertsOutOfTurn() public {
        RoundId round = dispute(committed());
        commitVote(round, 0, true);
        vm.expectRevert(
            abi.encodeWithSelector(IStakeVotes.RevealNotOpen.selector, round, disputes.roundOf(round).commitUntil)
        );
        reveal(round, 0, true);
        toEnd(round);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.RevealWindowOver.selector, round, block.timestamp));
        reveal(round, 0, true);
    }

    function test_RevealVote_RevertsForAnotherVote() public {
        RoundId round = dispute(committed());
        commitVote(round, 0, true);
        toReveals(round);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.WrongReveal.selector, round, pools[0]));
        reveal(round, 0, false);
        reveal(round, 0, true);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.NothingCommitted.selector, round, pools[0]));
        reveal(round, 0, true);
    }

    function test_RevealVote_CountsStakeAndAdmissions() public {
        RoundId round = dispute(committed());
        vote(round, 2, 9);
        IStakeVotes.Round memory counted = disputes.roundOf(round);
        assertEq(counted.stake, 10 * UNIT);
        assertEq(counted.revealed[0], 3 * UNIT);
        assertEq(counted.revealed[1], 5 * UNIT);
        assertTrue(disputes.hasAdmitted(round, pools[0]));
        assertFalse(disputes.hasAdmitted(round, pools[1]));
        assertTrue(disputes.hasAdmitted(round, pools[3]));
    }

    function test_SlashUnrevealed_Slashes() public {
        RoundId round = dispute(committed());
        commitVote(round, 0, true);
        uint48 revealUntil = disputes.roundOf(round).revealUntil;
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.RevealWindowOpen.selector, round, revealUntil));
        disputes.slashUnrevealed(round, pools[0]);
        toEnd(round);
        vm.expectEmit(address(disputes));
        emit IStakeVotes.UnrevealedSlashed(round, pools[0], (4 * UNIT) / 20, (4 * UNIT) / 200);
        disputes.slashUnrevealed(round, pools[0]);
        assertEq(staking.poolOf(pools[0]).stake, 4 * UNIT - (4 * UNIT) / 20);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.NothingCommitted.selector, round, pools[0]));
        disputes.slashUnrevealed(round, pools[0]);
        vm.warp(block.timestamp + REVEAL);
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.SlashWindowOver.selector, round, block.timestamp));
        disputes.slashUnrevealed(round, pools[0]);
    }

    function test_VerdictOf_NeedsTheQuorum() public {
        RoundId round = dispute(committed());
        for (uint256 i = 1; i < 4; ++i) commitVote(round, i, i == 3);
        toReveals(round);
        reveal(round, 1, false);
        reveal(round, 3, true);
        (, bool isAnswered) = disputes.verdictOf(round);
        assertFalse(isAnswered);
        reveal(round, 2, false);
        (, isAnswered) = disputes.verdictOf(round);
        assertTrue(isAnswered);
    }

    // --- the commitment's bytes ---

    function testFuzz_CommitmentOf_BindsItsParts(
        uint64 chainId,
        address of_,
        uint64 round,
        address voter,
        bool isUpheld,
        bytes32 salt
    ) public pure {
        RoundId id = RoundId.wrap(round);
        bytes32 original = SketchVotes.commitmentOf(chainId, of_, id, voter, isUpheld, salt);
        address other = address(uint160(of_) ^ 1);
        assertNotEq(SketchVotes.commitmentOf(uint256(chainId) + 1, of_, id, voter, isUpheld, salt), original);
        assertNotEq(SketchVotes.commitmentOf(chainId, other, id, voter, isUpheld, salt), original);
        assertNotEq(SketchVotes.commitmentOf(chainId, of_, RoundId.wrap(round ^ 1), voter, isUpheld, salt), original);
        other = address(uint160(voter) ^ 1);
        assertNotEq(SketchVotes.commitmentOf(chainId, of_, id, other, isUpheld, salt), original);
        assertNotEq(SketchVotes.commitmentOf(chainId, of_, id, voter, !isUpheld, salt), original);
        assertNotEq(SketchVotes.commitmentOf(chainId, of_, id, voter, isUpheld, ~salt), original);
    }
}
