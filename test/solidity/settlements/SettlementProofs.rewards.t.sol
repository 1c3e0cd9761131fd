// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {IPenalties} from "../../../contracts/interfaces/IPenalties.sol";
import {ISettlementProofs} from "../../../contracts/interfaces/ISettlementProofs.sol";
import {LedgerData} from "../../../contracts/libraries/LedgerData.sol";
import {CommitName} from "../../../contracts/types/CommitName.sol";
import {SettlementId} from "../../../contracts/types/Ids.sol";
import {Receipt as SignedReceipt} from "../../../contracts/types/Receipt.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {SettlementFixture} from "./SettlementFixture.sol";

/// @notice What a proof costs whom, and who is paid for it, branch by branch (SettlementProofs.rewards.tree).
contract SettlementProofsRewardsTest is SettlementFixture {
    using SparseTree for SparseTree.Tree;

    uint48 private constant REVEAL_BLOCKS = 50;

    /// @dev A settlement with a malformed receipt. @return proof The calldata that shows it.
    function _wrongReceipts() private returns (SettlementId settlement, bytes memory proof) {
        SparseTree.Tree memory tree = receiptsTree(honest());
        tree.leaves[1].payload = hex"03";
        settlement = settle(tree);
        proof = abi.encodeCall(ISettlementProofs.proveReceiptForm, (settlement, tree.link(1, 0)));
    }

    /// @dev A pending commit with a malformed sketch.
    function _wrongSketches() private returns (SettlementId settlement, bytes memory proof) {
        settlement = settle(receiptsTree(honest()));
        SparseTree.Tree memory tree = sketchesTree(honest());
        tree.leaves[1].payload = hex"04";
        attest(settlement, tree);
        proof = abi.encodeCall(ISettlementProofs.proveSketchForm, (settlement, 0, tree.link(1, 0)));
    }

    function _send(address by, bytes memory proof) private {
        vm.prank(by);
        // solhint-disable-next-line avoid-low-level-calls
        (bool isDone, bytes memory error_) = address(proofs).call(proof);
        if (isDone) return;
        assembly ("memory-safe") {
            revert(add(error_, 32), mload(error_))
        }
    }

    function _reserve(address by, CommitName name, bytes memory proof) private {
        bytes32 commitment = LedgerData.inputProofCommitment(
            block.chainid,
            address(proofs),
            name,
            keccak256(proof),
            by
        );
        vm.prank(by);
        proofs.commitProof(name, commitment);
    }

    // --- penalties ---

    function test_PenalizeGateway_SlashesForTheProver() public {
        (SettlementId settlement, bytes memory proof) = _wrongReceipts();
        uint256 id = caseOf(receiptsName(settlement));
        vm.expectRevert(abi.encodeWithSelector(IPenalties.NothingToPenalize.selector, id));
        proofs.penalizeGateway(id);
        _send(alice, proof);
        uint256 before = _p.open.balanceOf(alice);
        uint256 supply = _p.open.totalSupply();
        vm.expectEmit(address(proofs));
        emit IPenalties.Penalized(id, gateway, STAKE / 5, STAKE / 10);
        vm.prank(bob);
        proofs.penalizeGateway(id);
        assertEq(_p.open.balanceOf(alice) - before, STAKE / 10);
        assertEq(supply - _p.open.totalSupply(), STAKE / 10, "at least half burns");
        assertEq(stakeOf(gatewayPool), STAKE - STAKE / 5);
        assertEq(stakeOf(attributorPool), STAKE);
        bytes32 caseId = keccak256(abi.encode(address(proofs), id, gateway));
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.CaseAlreadySlashed.selector, 4, caseId));
        proofs.penalizeGateway(id);
        vm.expectRevert(abi.encodeWithSelector(IPenalties.NothingToPenalize.selector, id));
        proofs.penalizeSigner(id, signers(), 0);
    }

    function test_PenalizeSigner_SlashesForTheProver() public {
        (SettlementId settlement, bytes memory proof) = _wrongSketches();
        uint256 id = caseOf(sketchesName(settlement, 0));
        vm.expectRevert(abi.encodeWithSelector(IPenalties.NothingToPenalize.selector, id));
        proofs.penalizeSigner(id, signers(), 0);
        _send(alice, proof);
        address[] memory others = signers();
        others[0] = bob;
        vm.expectRevert(abi.encodeWithSelector(IPenalties.WrongSigners.selector, id));
        proofs.penalizeSigner(id, others, 0);
        uint256 before = _p.open.balanceOf(alice);
        vm.prank(bob);
        proofs.penalizeSigner(id, signers(), 0);
        assertEq(_p.open.balanceOf(alice) - before, STAKE / 20);
        assertEq(stakeOf(attributorPool), STAKE - STAKE / 10);
        assertEq(stakeOf(gatewayPool), STAKE);
        bytes32 caseId = keccak256(abi.encode(address(proofs), id, attributor));
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.CaseAlreadySlashed.selector, 3, caseId));
        proofs.penalizeSigner(id, signers(), 0);
        vm.expectRevert(abi.encodeWithSelector(IPenalties.NothingToPenalize.selector, id));
        proofs.penalizeGateway(id);
    }

    function test_Penalties_EndWithTheTimeToAnswerFor() public {
        uint48 from = uint48(block.timestamp);
        (SettlementId settlement, bytes memory proof) = _wrongReceipts();
        (SettlementId sketched, bytes memory sketchProof) = _wrongSketches();
        skip(100);
        _send(alice, proof);
        _send(alice, sketchProof);
        uint256 id = caseOf(receiptsName(settlement));
        uint256 sketchId = caseOf(sketchesName(sketched, 0));
        uint48 until = from + ANSWERABLE;
        vm.warp(until + 1);
        vm.expectRevert(abi.encodeWithSelector(IPenalties.PenaltyTooLate.selector, id, until));
        proofs.penalizeGateway(id);
        vm.expectRevert(abi.encodeWithSelector(IPenalties.PenaltyTooLate.selector, sketchId, until));
        proofs.penalizeSigner(sketchId, signers(), 0);
        vm.warp(until);
        proofs.penalizeGateway(id);
        proofs.penalizeSigner(sketchId, signers(), 0);
    }

    // --- reservations ---

    function test_CommitProof_RefusesWhatCannotBeAccused() public {
        (SettlementId settlement, bytes memory proof) = _wrongReceipts();
        CommitName[5] memory names = [
            sketchesName(settlement, 0),
            receiptsName(SettlementId.wrap(9)),
            CommitName.wrap(bytes13(uint104(CommitName.unwrap(receiptsName(settlement))) + 1)),
            CommitName.wrap(bytes13(bytes1(0x02))),
            receiptsName(settlement)
        ];
        _send(alice, proof);
        for (uint256 i; i < 5; ++i) {
            vm.expectRevert(abi.encodeWithSelector(ISettlementProofs.NotAccusable.selector, names[i]));
            vm.prank(bob);
            proofs.commitProof(names[i], "commitment");
        }
    }

    function test_CommitProof_ReturnsTheDepositWithTheProof() public {
        (SettlementId settlement, bytes memory proof) = _wrongReceipts();
        uint256 before = _token.balanceOf(bob);
        vm.expectEmit(true, true, false, false, address(proofs));
        emit ISettlementProofs.ProofReserved(receiptsName(settlement), bob, 0, 0);
        _reserve(bob, receiptsName(settlement), proof);
        assertEq(before - _token.balanceOf(bob), RESERVATION_DEPOSIT);
        assertCovered();
        vm.roll(block.number + REVEAL_BLOCKS);
        vm.expectEmit(address(proofs));
        emit ISettlementProofs.ProofRevealed(receiptsName(settlement), bob, 0);
        _send(bob, proof);
        assertEq(_token.balanceOf(bob), before);
        assertCovered();
        // Nobody came before.
        proofs.penalizeGateway(caseOf(receiptsName(settlement)));
    }

    /// @dev Both saw the fault; the second must not pay for being second.
    function test_CommitProof_ReturnsTheDepositOfALaterProof() public {
        (SettlementId settlement, bytes memory proof) = _wrongSketches();
        CommitName name = sketchesName(settlement, 0);
        uint256 before = _token.balanceOf(bob);
        _reserve(alice, name, proof);
        _reserve(bob, name, proof);
        _send(alice, proof);
        _send(bob, proof);
        assertEq(_token.balanceOf(bob), before);
        (address winner, ) = proofs.winnerOf(name);
        assertEq(winner, alice);
        assertCovered();
    }

    /// @dev Nobody can make provers lose deposits by having another court end what they are about to end.
    function test_CommitProof_ReturnsTheDepositWhereAnotherCourtEnded() public {
        (SettlementId settlement, bytes memory proof) = _wrongReceipts();
        (SettlementId sketched, bytes memory sketchProof) = _wrongSketches();
        uint256 before = _token.balanceOf(bob);
        _reserve(bob, receiptsName(settlement), proof);
        _reserve(bob, sketchesName(sketched, 0), sketchProof);
        vm.startPrank(address(_p.demands));
        _p.ledger.voidSettlement(settlement);
        _p.ledger.endSketches(sketched, false);
        vm.stopPrank();
        attest(sketched, sketchesTree(honest()));
        _expectOnlyDeposit(receiptsName(settlement), proof);
        _expectOnlyDeposit(sketchesName(sketched, 0), sketchProof);
        assertEq(_token.balanceOf(bob), before);
        assertEq(uint8(statusOf(sketched)), 2, "the new commit stands");
    }

    function test_CommitProof_ReturnsTheDepositWhereItIsReady() public {
        (SettlementId settlement, bytes memory proof) = _wrongReceipts();
        attest(settlement, sketchesTree(honest()));
        (SettlementId sketched, bytes memory sketchProof) = _wrongSketches();
        uint256 before = _token.balanceOf(bob);
        _reserve(bob, receiptsName(settlement), proof);
        _reserve(bob, sketchesName(sketched, 0), sketchProof);
        skip(SKETCH_WINDOW_SECONDS);
        _expectOnlyDeposit(sketchesName(sketched, 0), sketchProof);
        _p.ledger.advance(10);
        _expectOnlyDeposit(receiptsName(settlement), proof);
        assertEq(_token.balanceOf(bob), before);
        assertEq(uint8(statusOf(settlement)), 3, "ready");
    }

    /// @dev Alice, who reserved nothing, is refused; Bob gets what he paid, wins nothing, and makes no case.
    function _expectOnlyDeposit(CommitName name, bytes memory proof) private {
        vm.expectRevert(abi.encodeWithSelector(ISettlementProofs.NotAccusable.selector, name));
        _send(alice, proof);
        uint256 before = _token.balanceOf(bob);
        _send(bob, proof);
        assertEq(_token.balanceOf(bob), before + RESERVATION_DEPOSIT);
        assertFalse(proofs.isProven(name));
        uint256 id = caseOf(name);
        vm.expectRevert(abi.encodeWithSelector(IPenalties.NothingToPenalize.selector, id));
        proofs.penalizeGateway(id);
        assertCovered();
    }

    function test_BurnDeposit_BurnsWhatWasNotShown() public {
        (SettlementId settlement, ) = _wrongReceipts();
        vm.prank(bob);
        proofs.commitProof(receiptsName(settlement), "commitment");
        (uint256 deposits, uint256 rewards) = proofs.owed();
        assertEq(deposits, RESERVATION_DEPOSIT);
        assertEq(rewards, 0);
        vm.roll(block.number + REVEAL_BLOCKS + 1);
        uint256 supply = token.totalSupply();
        proofs.burnDeposit(bob, "commitment");
        assertEq(supply - token.totalSupply(), RESERVATION_DEPOSIT);
        assertCovered();
    }

    function test_Terms_AreAsDeployed() public view {
        assertEq(proofs.courtParameters().deposit, RESERVATION_DEPOSIT);
        IPenalties.Penalties memory p = proofs.penalties();
        assertEq(abi.encode(p), abi.encode(IPenalties.Penalties(3, 4, 1_000, 2_000, ANSWERABLE)));
        assertEq(proofs.answerableSeconds(), ANSWERABLE);
    }

    /// @dev Who copies a proof that it sees ends the commit, and wins nothing.
    function _frontRun(CommitName name, bytes memory proof) private {
        _reserve(bob, name, proof);
        vm.roll(block.number + 1);
        _send(alice, proof);
        (address winner, uint48 openUntil) = proofs.winnerOf(name);
        assertEq(winner, alice);
        assertEq(openUntil, block.number + REVEAL_BLOCKS);
        vm.roll(block.number + 3);
        vm.expectRevert(abi.encodeWithSelector(ISettlementProofs.NotAccusable.selector, name));
        vm.prank(alice);
        proofs.commitProof(name, "late");
        vm.expectRevert(abi.encodeWithSelector(ISettlementProofs.NotAccusable.selector, name));
        _send(alice, proof);
        _send(bob, proof);
        (winner, ) = proofs.winnerOf(name);
        assertEq(winner, bob);
        assertCovered();
    }

    function _expectUndecided(uint256 id, CommitName name) private {
        (, uint48 openUntil) = proofs.winnerOf(name);
        vm.expectRevert(abi.encodeWithSelector(ISettlementProofs.RewardUndecided.selector, id, openUntil));
    }

    function test_Rewards_GoToWhoReservedReceiptsFirst() public {
        (SettlementId settlement, bytes memory proof) = _wrongReceipts();
        CommitName name = receiptsName(settlement);
        _frontRun(name, proof);
        uint256 id = caseOf(name);
        _expectUndecided(id, name);
        proofs.penalizeGateway(id);
        vm.roll(block.number + REVEAL_BLOCKS);
        uint256 before = _p.open.balanceOf(bob);
        proofs.penalizeGateway(id);
        assertEq(_p.open.balanceOf(bob) - before, STAKE / 10);
    }

    /// @dev The settlement has other sketches by then.
    function test_Rewards_GoToWhoReservedSketchesFirst() public {
        (SettlementId settlement, bytes memory proof) = _wrongSketches();
        CommitName name = sketchesName(settlement, 0);
        _reserve(bob, name, proof);
        _send(alice, proof);
        attest(settlement, sketchesTree(honest()));
        _send(bob, proof);
        assertEq(uint8(statusOf(settlement)), 2, "the new commit stands");
        uint256 id = caseOf(name);
        _expectUndecided(id, name);
        proofs.penalizeSigner(id, signers(), 0);
        vm.roll(block.number + REVEAL_BLOCKS + 1);
        uint256 before = _p.open.balanceOf(bob);
        proofs.penalizeSigner(id, signers(), 0);
        assertEq(_p.open.balanceOf(bob) - before, STAKE / 20);
    }

    function test_Rewards_GoToWhoReservedAnEquivocationFirst() public {
        SignedReceipt memory first = receiptOf(SECOND_CHANNEL, 7, 1, 9);
        SignedReceipt memory second = receiptOf(SECOND_CHANNEL, 7, 2, 9);
        bytes memory proof = abi.encodeCall(
            ISettlementProofs.proveEquivocation,
            (first, signed(GATEWAY_KEY, first), second, signed(GATEWAY_KEY, second))
        );
        (uint256 id, CommitName name) = proofs.equivocationOf(address(_till), SECOND_CHANNEL, 7);
        _frontRun(name, proof);
        _expectUndecided(id, name);
        proofs.penalizeGateway(id);
        vm.roll(block.number + REVEAL_BLOCKS);
        uint256 before = _p.open.balanceOf(bob);
        proofs.penalizeGateway(id);
        assertEq(_p.open.balanceOf(bob) - before, STAKE / 10);
    }
}
