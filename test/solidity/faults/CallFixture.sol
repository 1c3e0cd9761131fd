// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {CallChecker} from "../../../contracts/royalties/faults/CallChecker.sol";
import {SettlementId} from "../../../contracts/types/Ids.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Method} from "../../../contracts/types/Method.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {ChainStandIn} from "../support/ChainStandIn.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {CallBreakages} from "./CallBreakages.sol";

/// @notice A proposal with one group, whose settlement has three calls, over an index of six records. A test takes the honest world of a seed, changes it, and
/// presents it.
abstract contract CallFixture is CallBreakages {
    using SparseTree for SparseTree.Tree;

    /// @dev The trees of a presented proposal.
    struct Proposed {
        SparseTree.Tree groups;
        SparseTree.Tree trace;
        SparseTree.Tree[CALLS] helpful;
        SparseTree.Tree[CALLS] harmful;
    }

    /// @dev The links of a proof about a list.
    struct Shown {
        SettlementId settlement;
        Link[] call;
        Link before;
        Link entry;
        Link sketch;
        Link record;
    }

    ChainStandIn internal _chain;
    CallChecker internal _checker;

    function setUp() public virtual {
        _chain = new ChainStandIn();
        _checker = new CallChecker(IRoyaltyLedger(address(_chain)), IModelRegistry(address(_chain)));
    }

    // --- presenting ---

    /// @dev Encodes the calls of the world, and has the chain state the roots.
    function _present(World memory world) internal returns (Proposed memory proposed) {
        proposed.trace = SparseTree.create(TreeKind.TRACE, CALLS);
        for (uint64 c; c < CALLS; ++c) {
            Traced memory call = world.calls[c];
            proposed.helpful[c] = _entries(call.helpful);
            proposed.harmful[c] = _entries(call.harmful);
            proposed.trace.set(c, OFFSET + c, call.amount, _tracePayload(call, proposed, c));
        }
        proposed.groups = SparseTree.create(TreeKind.GROUP, 1);
        _restate(world, proposed);
    }

    /// @dev Has the chain state the roots again, after a tree of the proposal or an input was changed.
    function _restate(World memory world, Proposed memory proposed) internal virtual {
        proposed.groups.set(0, GROUP, POOL, _groupPayload(proposed.trace.root()));
        _chain.setProposal(EPOCH, PROPOSAL, proposed.groups.root(), Root("payouts", POOL));
        _chain.setIndex(VERSION, world.index.root(), _method());
        _chain.setSettlement(SETTLEMENT, _settlement(world));
    }

    function _settlement(World memory world) internal pure returns (IRoyaltyLedger.Settlement memory settled) {
        settled.version = VERSION;
        settled.count = uint32(CALLS);
        settled.status = IRoyaltyLedger.SettlementStatus.Ready;
        settled.epoch = EPOCH;
        settled.group = uint16(GROUP);
        settled.offset = OFFSET;
        settled.pool = POOL;
        settled.receipts = world.receipts.root();
        settled.sketches = world.sketches.root();
    }

    function _method() internal pure returns (Method memory method) {
        method.k = uint16(COORDINATES);
        method.topK = TOP_K;
        method.debitFactor = DEBIT_FACTOR;
    }

    function _entries(Item[] memory list) internal pure returns (SparseTree.Tree memory tree) {
        tree = SparseTree.create(TreeKind.ENTRY, list.length);
        for (uint64 e; e < list.length; ++e) {
            Item memory item = list[e];
            // Where its tally stands is of no concern to a call's proofs.
            uint32 tally = item.points == 0 ? NONE : 3;
            tree.set(e, e, item.w, abi.encodePacked(TreeKind.ENTRY, item.record, item.s, item.points, tally));
        }
    }

    function _tracePayload(
        Traced memory call,
        Proposed memory proposed,
        uint256 c
    ) internal pure returns (bytes memory) {
        Root memory helpful = proposed.helpful[c].root();
        Root memory harmful = proposed.harmful[c].root();
        bytes memory first = abi.encodePacked(TreeKind.TRACE, call.receiptHash, call.sketchHash);
        return abi.encodePacked(first, helpful.hash, helpful.sum, uint8(8), harmful.hash, harmful.sum, uint8(8));
    }

    function _groupPayload(Root memory trace) internal pure returns (bytes memory) {
        bytes memory first = abi.encodePacked(TreeKind.GROUP, VERSION, trace.hash, trace.sum, uint8(28));
        return abi.encodePacked(first, keccak256("points"), POOL, uint8(32), NONE);
    }

    function _accused() internal pure returns (IFaultProofs.Accused memory) {
        return IFaultProofs.Accused(EPOCH, PROPOSAL);
    }

    /// @dev The chain to a call, by its place in the settlement; `which` of its lists comes next.
    function _callLinks(Proposed memory proposed, uint64 c, uint8 which) internal pure returns (Link[] memory links) {
        links = new Link[](2);
        links[0] = proposed.groups.link(GROUP, 0);
        links[1] = proposed.trace.link(OFFSET + c, which);
    }

    // --- proofs about a list ---

    /// @dev The links to the places `e - 1` and `e` of a list, to the call's sketch and to a record.
    function _show(
        World memory world,
        Proposed memory proposed,
        uint64 c,
        uint8 which,
        uint64 e,
        uint64 record
    ) internal pure returns (Shown memory shown) {
        SparseTree.Tree memory list = which == 0 ? proposed.helpful[c] : proposed.harmful[c];
        shown.settlement = SETTLEMENT;
        shown.call = _callLinks(proposed, c, which);
        if (e != 0) shown.before = list.link(e - 1, 0);
        shown.entry = list.link(e, 0);
        shown.sketch = _inputLink(world, TreeKind.SKETCH, c);
        shown.record = _inputLink(world, TreeKind.INDEX, record);
    }

    /// @dev As `_show`, with the record that the entry names, if it is there.
    function _showEntry(
        World memory world,
        Proposed memory proposed,
        uint64 c,
        uint8 which,
        uint64 e
    ) internal pure returns (Shown memory) {
        SparseTree.Tree memory list = which == 0 ? proposed.helpful[c] : proposed.harmful[c];
        uint64 record = e < list.leaves.length ? uint64(_read(list.leaves[e].payload, 1, 4)) : 0;
        return _show(world, proposed, c, which, e, record);
    }

    function _influence(Shown memory s) internal view returns (bool) {
        return _checker.proveInfluence(_accused(), s.settlement, s.call, s.entry, s.sketch, s.record);
    }

    function _omission(Shown memory s) internal view returns (bool) {
        return _checker.proveOmission(_accused(), s.settlement, s.call, s.before, s.entry, s.sketch, s.record);
    }

    /// @dev A world whose first call has a full helpful list.
    function _full(uint256 seed) internal pure returns (World memory world) {
        world = _honest(seed);
        while (world.calls[0].helpful.length != TOP_K) world = _honest(++seed);
    }

    function _without(Item[] memory list, uint256 dropped) internal pure returns (Item[] memory rest) {
        rest = new Item[](list.length - 1);
        for (uint256 i; i < rest.length; ++i) rest[i] = list[i < dropped ? i : i + 1];
    }
}
