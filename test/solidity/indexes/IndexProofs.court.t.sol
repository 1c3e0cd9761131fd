// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IIndexProofs} from "../../../contracts/interfaces/IIndexProofs.sol";
import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IReservations} from "../../../contracts/interfaces/IReservations.sol";
import {CommitNames} from "../../../contracts/libraries/CommitNames.sol";
import {LedgerData} from "../../../contracts/libraries/LedgerData.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {IndexProofs} from "../../../contracts/royalties/IndexProofs.sol";
import {CommitName} from "../../../contracts/types/CommitName.sol";
import {ModelVersion} from "../../../contracts/types/Ids.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {IndexFixture} from "./IndexFixture.sol";

/// @notice Which commits can be accused, who is paid, and attempts to take or stop a reward, branch by branch (IndexProofs.court.tree).
contract IndexProofsCourtTest is IndexFixture {
    using SparseTree for SparseTree.Tree;

    Root private _wrong;
    bytes private _evidence;

    function setUp() public override {
        super.setUp();
        Record[] memory records = _honest(1);
        records[4].sketch[7] = 0;
        SparseTree.Tree memory tree = _tree(records);
        _wrong = Root(tree.root().hash, uint128(RECORDS));
        _evidence = abi.encode(tree.link(4, 0));
    }

    function _accused() private returns (IIndexProofs.AccusedIndex memory) {
        return _commit(derived, _wrong);
    }

    function _link() private view returns (Link memory) {
        return abi.decode(_evidence, (Link));
    }

    function _nameOf(IIndexProofs.AccusedIndex memory a) private pure returns (CommitName) {
        return CommitNames.encode(TreeKind.INDEX, ModelVersion.unwrap(a.version), a.sub);
    }

    function _commitment(IIndexProofs.AccusedIndex memory a, address sender) private view returns (bytes32) {
        bytes32 proofHash = keccak256(abi.encodeCall(IIndexProofs.proveForm, (a, _link())));
        return LedgerData.inputProofCommitment(block.chainid, address(proofs), _nameOf(a), proofHash, sender);
    }

    function _reserve(IIndexProofs.AccusedIndex memory a, address sender) private returns (bytes32 commitment) {
        commitment = _commitment(a, sender);
        vm.prank(sender);
        proofs.commitProof(a, commitment);
    }

    function _prove(IIndexProofs.AccusedIndex memory a, address sender) private {
        vm.prank(sender);
        proofs.proveForm(a, _link());
    }

    function _expectNotPending(IIndexProofs.AccusedIndex memory a) private {
        vm.expectRevert(abi.encodeWithSelector(IIndexProofs.IndexNotPending.selector, a.version, a.sub));
    }

    // --- which commits ---

    function test_Prove_PaysHalfAndBurnsTheRest() public {
        IIndexProofs.AccusedIndex memory a = _accused();
        (uint256 before, uint256 supply) = (token.balanceOf(alice), token.totalSupply());
        _prove(a, alice);
        assertEq(token.balanceOf(alice) - before, REWARD);
        assertEq(supply - token.totalSupply(), BOND - REWARD);
        _assertEnded(a);
        _assertCovered();
    }

    function test_Prove_EndsAnyCommitWhileItsWindowIsOpen() public {
        _prove(_accused(), alice);
        IIndexProofs.AccusedIndex memory second = _accused();
        assertEq(second.sub, 1);
        vm.warp(block.timestamp + WINDOW - 1);
        _prove(second, alice);
        _assertEnded(second);
    }

    function test_Prove_RevertsAfterTheWindow() public {
        IIndexProofs.AccusedIndex memory a = _accused();
        _reserve(a, bob);
        vm.warp(block.timestamp + WINDOW);
        _expectNotPending(a);
        _prove(a, alice);
        _expectNotPending(a);
        proofs.commitProof(a, "evidence");
    }

    function test_Prove_RevertsForCommitsThatAreNot() public {
        IIndexProofs.AccusedIndex memory a = _accused();
        IIndexProofs.AccusedIndex memory later = IIndexProofs.AccusedIndex(derived, 1);
        _expectNotPending(later);
        _prove(later, alice);
        IIndexProofs.AccusedIndex memory other = IIndexProofs.AccusedIndex(base, 0);
        _expectNotPending(other);
        _prove(other, alice);
        _prove(a, alice);
        _accused();
        _expectNotPending(a);
        _prove(a, alice);
    }

    /// @dev The same root may be another version's index: what is wrong of one is not what is wrong of the other.
    function test_Prove_RevertsForAnotherVersionsIndex() public {
        IIndexProofs.AccusedIndex memory a = _commit(base, Root(keccak256("base"), uint128(INHERITED)));
        _accused();
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 0));
        _prove(a, alice);
    }

    /// @dev A liar can take its own reward; the rest of its bond is gone.
    function test_Prove_CostsCommitterHalf() public {
        uint256 before = token.balanceOf(developer);
        IIndexProofs.AccusedIndex memory a = _accused();
        _reserve(a, developer);
        _prove(a, developer);
        assertEq(before - token.balanceOf(developer), BOND - REWARD);
    }

    function test_Prove_BurnsRewardOfUnpayable() public {
        IIndexProofs.AccusedIndex memory a = _accused();
        token.refuse(alice, true);
        uint256 supply = token.totalSupply();
        _prove(a, alice);
        assertEq(supply - token.totalSupply(), BOND);
        _assertEnded(a);
    }

    // --- reservations ---

    function test_CommitProof_TakesDepositAndNumbers() public {
        IIndexProofs.AccusedIndex memory a = _accused();
        bytes32 commitment = _commitment(a, alice);
        vm.expectEmit(address(proofs));
        emit IIndexProofs.IndexProofReserved(derived, 0, alice, commitment, 0);
        _reserve(a, alice);
        commitment = _reserve(a, bob);
        IIndexProofs.IndexReservation memory made = proofs.reservationOf(bob, commitment);
        assertEq(made.madeAt, block.number);
        assertEq(made.previousAt, block.number);
        assertEq(made.number, 1);
        assertEq(ModelVersion.unwrap(made.accused.version), ModelVersion.unwrap(derived));
        assertEq(made.accused.sub, 0);
        (uint256 deposits, ) = proofs.owed();
        assertEq(deposits, 2 * DEPOSIT);
        _assertCovered();
    }

    function test_CommitProof_RevertsForTheSameAgain() public {
        IIndexProofs.AccusedIndex memory a = _accused();
        bytes32 commitment = _reserve(a, alice);
        vm.expectRevert(abi.encodeWithSelector(IReservations.ReservationExists.selector, alice, commitment));
        vm.prank(alice);
        proofs.commitProof(a, commitment);
    }

    function test_CommitProof_RevertsForUnknownCommit() public {
        IIndexProofs.AccusedIndex memory a = IIndexProofs.AccusedIndex(derived, 0);
        _expectNotPending(a);
        proofs.commitProof(a, "evidence");
    }

    function test_Prove_PaysFirstReservationAtOnce() public {
        IIndexProofs.AccusedIndex memory a = _accused();
        uint256 before = token.balanceOf(alice);
        _reserve(a, alice);
        _reserve(a, bob);
        _prove(a, alice);
        assertEq(token.balanceOf(alice) - before, REWARD);
        _assertCovered();
    }

    /// @dev Whoever copies a pending proof ends the lie, and gets nothing of a reward that was reserved.
    function test_Prove_GivesHeldRewardToEarlierReservation() public {
        IIndexProofs.AccusedIndex memory a = _accused();
        uint256 before = token.balanceOf(alice);
        _reserve(a, alice);
        vm.roll(block.number + 1);
        uint48 until = uint48(block.number) + REVEAL_BLOCKS;
        vm.expectEmit(address(proofs));
        emit IIndexProofs.IndexRewardHeld(derived, 0, REWARD, until);
        _prove(a, bob);
        assertEq(proofs.docketOf(a).winner, bob);
        // Another index of the version does not stand in the way.
        _accused();
        _prove(a, alice);
        (address winner, uint48 openUntil) = proofs.winnerOf(_nameOf(a));
        assertEq(winner, alice);
        assertEq(openUntil, until);
        vm.roll(until);
        vm.expectRevert(abi.encodeWithSelector(IIndexProofs.IndexRewardStillHeld.selector, derived, 0, until));
        proofs.payReward(a);
        vm.roll(until + 1);
        proofs.payReward(a);
        assertEq(token.balanceOf(alice) - before, REWARD);
        vm.expectRevert(abi.encodeWithSelector(IIndexProofs.NoIndexRewardHeld.selector, derived, 0));
        proofs.payReward(a);
        _assertCovered();
    }

    function test_Prove_LaterReservationGetsItsDepositOnly() public {
        IIndexProofs.AccusedIndex memory a = _accused();
        _reserve(a, developer);
        _reserve(a, alice);
        uint256 before = token.balanceOf(bob);
        _reserve(a, bob);
        _prove(a, alice);
        _prove(a, bob);
        assertEq(proofs.docketOf(a).winner, alice);
        assertEq(token.balanceOf(bob), before);
        _assertCovered();
    }

    function test_Prove_RevertsForEndedWithoutReservation() public {
        IIndexProofs.AccusedIndex memory a = _accused();
        _prove(a, alice);
        _expectNotPending(a);
        _prove(a, bob);
        a = _accused();
        _reserve(a, bob);
        _prove(a, alice);
        _expectNotPending(a);
        _prove(a, alice);
        vm.roll(block.number + REVEAL_BLOCKS + 1);
        _expectNotPending(a);
        _prove(a, bob);
    }

    function test_Prove_RevertsForEndedWhereTheProofDoesNotHold() public {
        IIndexProofs.AccusedIndex memory a = _accused();
        _reserve(a, bob);
        _prove(a, alice);
        Link memory link = _link();
        link.sum = 2;
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 0));
        vm.prank(bob);
        proofs.proveForm(a, link);
    }

    function test_Prove_ReturnsDepositWhereAnotherCourtEnded() public {
        IIndexProofs.AccusedIndex memory a = _accused();
        uint256 before = token.balanceOf(bob);
        _reserve(a, bob);
        models.endIndex(derived, alice);
        _prove(a, bob);
        assertEq(token.balanceOf(bob), before);
        assertEq(proofs.docketOf(a).winner, address(0));
        _assertCovered();
    }

    function test_Prove_ReturnsDepositWhereItIsUsable() public {
        IIndexProofs.AccusedIndex memory a = _accused();
        (uint256 before, uint256 supply) = (token.balanceOf(bob), token.totalSupply());
        _reserve(a, bob);
        vm.warp(block.timestamp + WINDOW);
        vm.roll(block.number + REVEAL_BLOCKS);
        _prove(a, bob);
        assertEq(token.balanceOf(bob), before);
        assertEq(token.totalSupply(), supply);
        assertEq(proofs.docketOf(a).winner, address(0));
        assertEq(uint8(models.indexStatus(derived)), uint8(IModelRegistry.IndexStatus.Usable));
        _assertCovered();
        _expectNotPending(a);
        _prove(a, bob);
    }

    function test_BurnDeposit_BurnsWhereItIsUsableAndNothingWasProven() public {
        IIndexProofs.AccusedIndex memory a = _accused();
        vm.prank(bob);
        proofs.commitProof(a, "no proof");
        vm.warp(block.timestamp + WINDOW);
        _expectNotPending(a);
        _prove(a, bob);
        vm.roll(block.number + REVEAL_BLOCKS + 1);
        uint256 supply = token.totalSupply();
        proofs.burnDeposit(bob, "no proof");
        assertEq(supply - token.totalSupply(), DEPOSIT);
        _assertCovered();
    }

    /// @dev All that a proof compares with is remembered, not the form alone.
    function test_Prove_JudgesAnEndedIndexByItsMethod() public {
        Record[] memory records = _honest(1);
        (records[6].novelty, records[6].witness) = (255, NONE);
        records[0].hash = "another";
        SparseTree.Tree memory tree = _tree(records);
        IIndexProofs.AccusedIndex memory a = _commit(tree);
        (Link memory record, Link memory earlier) = (tree.link(6, 0), tree.link(2, 0));
        bytes32 proofHash = keccak256(abi.encodeCall(IIndexProofs.proveNovelty, (a, record, earlier)));
        vm.prank(bob);
        proofs.commitProof(
            a,
            LedgerData.inputProofCommitment(block.chainid, address(proofs), _nameOf(a), proofHash, bob)
        );
        vm.prank(alice);
        proofs.proveContent(a, tree.link(0, 0), _contentTree(_content(1)).link(0, 0));
        vm.prank(bob);
        proofs.proveNovelty(a, record, earlier);
        assertEq(proofs.docketOf(a).winner, bob);
    }

    function test_Prove_ReservationCountsForItsCommitOnly() public {
        IIndexProofs.AccusedIndex memory first = _accused();
        IIndexProofs.AccusedIndex memory second = IIndexProofs.AccusedIndex(derived, 1);
        bytes32 commitment = _commitment(second, alice);
        vm.prank(alice);
        proofs.commitProof(first, commitment);
        _prove(first, bob);
        _accused();
        _reserve(second, bob);
        _prove(second, alice);
        assertEq(proofs.docketOf(second).best, type(uint32).max);
    }

    function test_BurnDeposit_BurnsWhatWasNotRevealed() public {
        bytes32 commitment = _reserve(_accused(), alice);
        vm.roll(block.number + REVEAL_BLOCKS + 1);
        uint256 supply = token.totalSupply();
        proofs.burnDeposit(alice, commitment);
        assertEq(supply - token.totalSupply(), DEPOSIT);
        _assertCovered();
    }

    // --- construction, reentry ---

    function test_IndexProofs_RevertsWithoutDeposit() public {
        vm.expectRevert(abi.encodeWithSelector(IReservations.InvalidParameter.selector, "deposit"));
        new IndexProofs(models, datanets, IReservations.Parameters(0));
        assertEq(proofs.courtParameters().deposit, DEPOSIT);
    }

    function test_Prove_RevertsUnlessItIsACourtOfTheRegistry() public {
        IndexProofs none = new IndexProofs(models, datanets, IReservations.Parameters(DEPOSIT));
        IIndexProofs.AccusedIndex memory a = _accused();
        Link memory link = _link();
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotCourt.selector, address(none)));
        none.proveForm(a, link);
    }

    function test_IndexProofs_RefusesReentry() public {
        IIndexProofs.AccusedIndex memory a = _accused();
        token.arm(address(proofs), abi.encodeCall(IIndexProofs.commitProof, (a, "evidence")));
        _reserve(a, bob);
        assertEq(token.refusal(), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        token.arm(address(proofs), abi.encodeCall(IIndexProofs.payReward, (a)));
        _prove(a, alice);
        assertEq(token.refusal(), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
    }
}
