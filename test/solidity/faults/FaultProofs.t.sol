// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

// The linter takes a proof whose argument is named `call` for a low-level call.
// solhint-disable no-unchecked-calls

import {IReservations} from "../../../contracts/interfaces/IReservations.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {ITillFactory} from "../../../contracts/interfaces/ITillFactory.sol";
import {LedgerData} from "../../../contracts/libraries/LedgerData.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {FaultProofs} from "../../../contracts/royalties/FaultProofs.sol";
import {RoyaltyLedger} from "../../../contracts/royalties/RoyaltyLedger.sol";
import {RoyaltyPositions} from "../../../contracts/royalties/RoyaltyPositions.sol";
import {CallChecker} from "../../../contracts/royalties/faults/CallChecker.sol";
import {FormChecker} from "../../../contracts/royalties/faults/FormChecker.sol";
import {PayoutChecker} from "../../../contracts/royalties/faults/PayoutChecker.sol";
import {ModelVersion, SettlementId} from "../../../contracts/types/Ids.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {CheckerStandIn} from "../support/CheckerStandIn.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {TrickyToken} from "../support/TrickyToken.sol";
import {WeightedAttributors} from "../support/WeightedAttributors.sol";
import {CallFixture} from "./CallFixture.sol";

/// @notice The proofs against proposals of a real ledger. The test stands in for its tills, and its models know one version.
contract FaultProofsTest is CallFixture {
    using SparseTree for SparseTree.Tree;

    uint256 private constant ATTRIBUTOR_KEY = 7;
    uint128 private constant BOND = 1_000;

    TrickyToken private _token;
    RoyaltyLedger private _ledger;
    FaultProofs private _proofs;
    CheckerStandIn[3] private _judges;
    /// @dev The proofs with judges that the test answers for.
    FaultProofs private _forwarding;
    address private _prover = makeAddr("prover");

    function setUp() public override {
        super.setUp();
        vm.warp(1e9);
        _token = new TrickyToken();
        RoyaltyPositions positions = new RoyaltyPositions(makeAddr("treasury"), _token);
        IRoyaltyVault vault = IRoyaltyVault(positions.vault());
        address[] memory accounts = new address[](1);
        accounts[0] = vm.addr(ATTRIBUTOR_KEY);
        WeightedAttributors attributors = new WeightedAttributors(accounts, 1);
        _ledger = new RoyaltyLedger(vault, attributors, address(1), address(2), _parameters());
        vault.bind(_ledger);
        IModelRegistry models = IModelRegistry(address(_chain));
        _proofs = new FaultProofs(
            _ledger,
            address(new CallChecker(_ledger, models)),
            address(new PayoutChecker(_ledger, models, IDatanetRegistry(address(_chain)))),
            address(new FormChecker(_ledger, models)),
            IReservations.Parameters(1)
        );
        for (uint256 i; i < 3; ++i) _judges[i] = new CheckerStandIn();
        (address calls, address payouts) = (address(_judges[0]), address(_judges[1]));
        _forwarding = new FaultProofs(_ledger, calls, payouts, address(_judges[2]), IReservations.Parameters(1));
        address[] memory courts = new address[](2);
        (courts[0], courts[1]) = (address(_proofs), address(_forwarding));
        _ledger.bind(ITillFactory(address(this)), models, courts);
        _token.approve(address(_ledger), type(uint256).max);
    }

    function isTill(address) external pure returns (bool) {
        return true;
    }

    function _parameters() private pure returns (IRoyaltyLedger.Parameters memory p) {
        p.epochSeconds = 1_000;
        p.sketchWindowSeconds = 100;
        p.challengeWindowSeconds = 200;
        p.settlementLifetimeSeconds = 1e6;
        p.bondFloor = BOND;
        p.mostBondFloor = BOND;
    }

    /// @dev Two proposals, of which the second is the one of the fixture.
    function _restate(World memory world, Proposed memory proposed) internal override {
        _fill(world.receipts.root(), world.sketches.root());
        super._restate(world, proposed);
        _ledger.propose(EPOCH, Root("groups", POOL), Root("payouts", POOL), 0);
        assertEq(_ledger.propose(EPOCH, proposed.groups.root(), Root("payouts", POOL), 0), PROPOSAL);
    }

    /// @dev Brings the ledger to where the fixture's constants say: its settlement is the eleventh, in the third group of the eighth epoch, behind five calls
    /// of another.
    function _fill(Root memory receipts, Root memory sketches) private {
        uint64 version = ModelVersion.unwrap(VERSION);
        _chain.setIndex(VERSION, Root("index", 6), _method());
        _chain.setIndex(ModelVersion.wrap(1), Root("index", 1), _method());
        _chain.setIndex(ModelVersion.wrap(2), Root("index", 1), _method());
        vm.warp(_ledger.genesis() + 7_000);
        _commit(_open(1, 1, 0, Root("receipts", 1)), Root("sketches", 1));
        _commit(_open(2, 1, 0, Root("receipts", 1)), Root("sketches", 1));
        _commit(_open(version, OFFSET, 0, Root("receipts", OFFSET)), Root("sketches", OFFSET));
        for (uint256 i = 4; i <= 10; ++i) _open(1, 1, 0, Root("receipts", 1));
        _commit(_open(version, uint32(CALLS), POOL, receipts), sketches);
        vm.warp(_ledger.epochEnd(EPOCH));
        _ledger.advance(11);
    }

    function _open(uint64 version, uint32 count, uint128 pool, Root memory receipts) private returns (SettlementId) {
        return _ledger.openSettlement(ModelVersion.wrap(version), receipts, count, pool);
    }

    function _commit(SettlementId settlement, Root memory sketches) private {
        bytes32 digest = _ledger.attestationDigest(settlement, sketches.hash);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ATTRIBUTOR_KEY, digest);
        bytes[] memory signatures = new bytes[](1);
        signatures[0] = abi.encodePacked(r, s, v);
        _ledger.commitSketches(settlement, sketches, 0, signatures);
    }

    function _assertStatus(uint32 proposal, IRoyaltyLedger.ProposalStatus status) private view {
        assertEq(uint8(_ledger.proposalOf(EPOCH, proposal).status), uint8(status));
    }

    // --- on the ledger ---

    function test_EndsAProposalAndPaysTheProver() public {
        World memory world = _honest(1);
        world.calls[0].amount += 1;
        Link[] memory call = _callLinks(_present(world), 0, 0);
        Link memory receipt = _inputLink(world, TreeKind.RECEIPT, 0);
        vm.expectEmit(address(_proofs));
        emit IFaultProofs.FaultProven(EPOCH, PROPOSAL, IFaultProofs.Fault.Receipt, _prover);
        vm.prank(_prover);
        _proofs.proveReceipt(_accused(), SETTLEMENT, call, receipt);
        _assertStatus(PROPOSAL, IRoyaltyLedger.ProposalStatus.Ended);
        assertEq(_token.balanceOf(_prover), BOND / 2);
        // It cannot be ended twice.
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.ProposalNotPending.selector, EPOCH, PROPOSAL));
        _proofs.proveReceipt(_accused(), SETTLEMENT, call, receipt);
    }

    function test_LeavesAnHonestProposal() public {
        World memory world = _full(1);
        Proposed memory proposed = _present(world);
        Shown memory shown = _showEntry(world, proposed, 0, 0, 0);
        vm.expectRevert(IFaultProofs.NoFault.selector);
        _proofs.proveReceipt(_accused(), SETTLEMENT, shown.call, _inputLink(world, TreeKind.RECEIPT, 0));
        vm.expectRevert(IFaultProofs.NoFault.selector);
        _proofs.proveSketchHash(_accused(), SETTLEMENT, shown.call, shown.sketch);
        vm.expectRevert(IFaultProofs.NoFault.selector);
        _proofs.proveInfluence(_accused(), SETTLEMENT, shown.call, shown.entry, shown.sketch, shown.record);
        vm.expectRevert(IFaultProofs.NoFault.selector);
        _proofs.provePoints(_accused(), shown.call, shown.entry);
        vm.expectRevert(IFaultProofs.NoFault.selector);
        _proofs.proveMalformed(_accused(), false, shown.call);
        _assertStatus(PROPOSAL, IRoyaltyLedger.ProposalStatus.Pending);
    }

    function test_RefusesAsTheCheckerDoes() public {
        World memory world = _honest(1);
        Link[] memory call = _callLinks(_present(world), 0, 0);
        Link memory receipt = _inputLink(world, TreeKind.RECEIPT, 0);
        receipt.sum += 1;
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 2));
        _proofs.proveReceipt(_accused(), SETTLEMENT, call, receipt);
    }

    function test_RefusesUnknownProposals() public {
        Link memory none;
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.UnknownProposal.selector, EPOCH, PROPOSAL));
        _proofs.proveReceipt(_accused(), SETTLEMENT, new Link[](2), none);
    }

    /// @dev A proposal is compared with the payouts that it built on, also when those of another are final by then.
    function test_ReturnsTheDepositOfAProofThatWasOvertaken() public {
        _fill(Root("receipts", 1), Root("sketches", uint128(CALLS)));
        SparseTree.Tree memory payouts = SparseTree.create(TreeKind.PAYOUT, 1);
        payouts.set(0, 2, POOL, abi.encodePacked(TreeKind.PAYOUT, bytes32(0), uint128(0), uint8(32)));
        Root memory groups = Root("groups", POOL);
        _ledger.propose(EPOCH, groups, Root("payouts", POOL), 0);
        _ledger.propose(EPOCH, groups, payouts.root(), 0);
        Link memory previous;
        (previous.key, previous.opening) = (2, hex"0000000000");
        bytes memory proof = abi.encodeCall(IFaultProofs.proveBalance, (_accused(), payouts.link(2, 0), previous));
        bytes32 root = LedgerData.proposalRoot(groups, payouts.root());
        bytes32 proofHash = keccak256(proof);
        _token.transfer(_prover, 1);
        vm.startPrank(_prover);
        _token.approve(address(_proofs), 1);
        _proofs.commitProof(
            _accused(),
            LedgerData.proofCommitment(block.chainid, address(_ledger), EPOCH, root, proofHash, _prover)
        );
        assertEq(_token.balanceOf(_prover), 0);
        vm.warp(block.timestamp + 200);
        _ledger.finalize(EPOCH);
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, ) = address(_proofs).call(proof);
        assertTrue(ok);
        assertEq(_token.balanceOf(_prover), 1);
        _assertStatus(PROPOSAL, IRoyaltyLedger.ProposalStatus.Superseded);
    }

    function test_NamesItsCheckers() public view {
        assertGt(_proofs.calls().code.length, 0);
        assertGt(_proofs.payouts().code.length, 0);
        assertGt(_proofs.forms().code.length, 0);
    }

    // --- every proof ---

    // solhint-disable avoid-low-level-calls

    /// @dev The checker and the fault of each proof, and a call of it.
    function _proofCalls(
        IFaultProofs.Accused memory accused
    ) private pure returns (bytes[] memory calls, uint8[16] memory checkers, uint8[16] memory faults) {
        Link memory link;
        Link[] memory chain = new Link[](1);
        calls = new bytes[](16);
        calls[0] = abi.encodeCall(IFaultProofs.proveReceipt, (accused, SETTLEMENT, chain, link));
        calls[1] = abi.encodeCall(IFaultProofs.proveSketchHash, (accused, SETTLEMENT, chain, link));
        calls[2] = abi.encodeCall(IFaultProofs.proveInfluence, (accused, SETTLEMENT, chain, link, link, link));
        calls[3] = abi.encodeCall(IFaultProofs.proveOmission, (accused, SETTLEMENT, chain, link, link, link, link));
        calls[4] = abi.encodeCall(IFaultProofs.provePoints, (accused, chain, link));
        calls[5] = abi.encodeCall(IFaultProofs.proveMirror, (accused, chain, chain));
        calls[6] = abi.encodeCall(IFaultProofs.proveNet, (accused, chain));
        calls[7] = abi.encodeCall(IFaultProofs.proveOwner, (accused, chain, link));
        calls[8] = abi.encodeCall(IFaultProofs.proveEarning, (accused, chain, chain));
        calls[9] = abi.encodeCall(IFaultProofs.proveFallback, (accused, link, chain));
        calls[10] = abi.encodeCall(IFaultProofs.proveBalance, (accused, link, link));
        calls[11] = abi.encodeCall(IFaultProofs.proveMalformed, (accused, true, chain));
        calls[12] = abi.encodeCall(IFaultProofs.proveGroup, (accused, link));
        calls[13] = abi.encodeCall(IFaultProofs.proveMisplaced, (accused, true, chain));
        calls[14] = abi.encodeCall(IFaultProofs.proveUnordered, (accused, true, chain, link));
        calls[15] = abi.encodeCall(IFaultProofs.proveGap, (accused, true, chain, link));
        checkers = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2];
        // Receipt 0, form 1, influence 2, omission 3, points 4, earning 5, balance 6.
        faults = [0, 0, 2, 3, 1, 4, 4, 5, 5, 5, 6, 1, 1, 1, 1, 1];
    }

    function test_EveryProofGoesToItsChecker() public {
        _fill(Root("receipts", 1), Root("sketches", uint128(CALLS)));
        for (uint256 i; i < 16; ++i) {
            Root memory groups = Root(bytes32(i + 1), POOL);
            IFaultProofs.Accused memory a = IFaultProofs.Accused(
                EPOCH,
                _ledger.propose(EPOCH, groups, Root("payouts", POOL), 0)
            );
            (bytes[] memory calls, uint8[16] memory checkers, uint8[16] memory faults) = _proofCalls(a);
            _judges[(checkers[i] + 1) % 3].expect(calls[i]);
            _judges[(checkers[i] + 2) % 3].expect(calls[i]);
            (bool ok, bytes memory refusal) = address(_forwarding).call(calls[i]);
            assertFalse(ok);
            assertEq(bytes4(refusal), IFaultProofs.NoFault.selector);
            _judges[checkers[i]].expect(calls[i]);
            vm.expectEmit(address(_forwarding));
            emit IFaultProofs.FaultProven(EPOCH, a.proposal, IFaultProofs.Fault(faults[i]), address(this));
            (ok, ) = address(_forwarding).call(calls[i]);
            assertTrue(ok);
            _assertStatus(a.proposal, IRoyaltyLedger.ProposalStatus.Ended);
        }
    }

    function test_CheckersHaveTheSelectorsOfTheirProofs() public pure {
        assertEq(CallChecker.proveReceipt.selector, IFaultProofs.proveReceipt.selector);
        assertEq(CallChecker.proveSketchHash.selector, IFaultProofs.proveSketchHash.selector);
        assertEq(CallChecker.proveInfluence.selector, IFaultProofs.proveInfluence.selector);
        assertEq(CallChecker.proveOmission.selector, IFaultProofs.proveOmission.selector);
        assertEq(CallChecker.provePoints.selector, IFaultProofs.provePoints.selector);
        assertEq(PayoutChecker.proveMirror.selector, IFaultProofs.proveMirror.selector);
        assertEq(PayoutChecker.proveNet.selector, IFaultProofs.proveNet.selector);
        assertEq(PayoutChecker.proveOwner.selector, IFaultProofs.proveOwner.selector);
        assertEq(PayoutChecker.proveEarning.selector, IFaultProofs.proveEarning.selector);
        assertEq(PayoutChecker.proveFallback.selector, IFaultProofs.proveFallback.selector);
        assertEq(PayoutChecker.proveBalance.selector, IFaultProofs.proveBalance.selector);
        assertEq(FormChecker.proveMalformed.selector, IFaultProofs.proveMalformed.selector);
        assertEq(FormChecker.proveGroup.selector, IFaultProofs.proveGroup.selector);
        assertEq(FormChecker.proveMisplaced.selector, IFaultProofs.proveMisplaced.selector);
        assertEq(FormChecker.proveUnordered.selector, IFaultProofs.proveUnordered.selector);
        assertEq(FormChecker.proveGap.selector, IFaultProofs.proveGap.selector);
    }
}
