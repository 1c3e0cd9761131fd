// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {CallChecker} from "../../../contracts/royalties/faults/CallChecker.sol";
import {Epoch, ModelVersion, SettlementId} from "../../../contracts/types/Ids.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Method} from "../../../contracts/types/Method.sol";
import {Receipt as PaidCall} from "../../../contracts/types/Receipt.sol";
import {Receipts} from "../../../contracts/libraries/Receipts.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {ChainStandIn} from "../support/ChainStandIn.sol";
import {SparseTree} from "../support/SparseTree.sol";

/// @notice A proposal with one group, whose settlement has three calls, over an index of six records. A test takes the honest world of a seed, changes it, and
/// presents it; what follows from the inputs is computed here as docs/formats.md §6.3 says it, by the plainest loops.
abstract contract CallFixture is Test {
    using SparseTree for SparseTree.Tree;

    uint256 internal constant CALLS = 3;
    uint256 internal constant RECORDS = 6;
    uint256 internal constant COORDINATES = 32;
    uint16 internal constant TOP_K = 2;
    uint16 internal constant DEBIT_FACTOR = 192;
    uint32 internal constant NONE = type(uint32).max;
    uint64 internal constant GROUP = 2;
    uint32 internal constant OFFSET = 5;
    uint128 internal constant POOL = 1_000_003;
    Epoch internal constant EPOCH = Epoch.wrap(7);
    uint32 internal constant PROPOSAL = 1;
    SettlementId internal constant SETTLEMENT = SettlementId.wrap(11);
    ModelVersion internal constant VERSION = ModelVersion.wrap(4);

    /// @dev An entry of a list, before it is encoded.
    struct Item {
        uint32 record;
        int64 s;
        uint128 w;
        uint128 points;
    }

    /// @dev What is proposed of a call.
    struct Traced {
        bytes32 receiptHash;
        bytes32 sketchHash;
        uint128 amount;
        Item[] helpful;
        Item[] harmful;
    }

    /// @dev How a leaf of an input comes to count as absent.
    enum Breakage {
        None,
        Payload, // a byte short
        Missing, // it stands beyond the last place
        Key, // the leaf's preimage has another place
        Inner, // the node over it states another sum than its children's
        Sibling, // a node above it has a child with a sum and no hash
        NoPreimage // the leaf's hash is that of no bytes
    }

    /// @param hasReceipt Whether the receipt of a call counts as present; likewise sketch and record. @param weight Of the receipts, as their tree states them.
    /// @param isCut Whether a node above the receipt is malformed. @param total Of the receipts' root. @param broken By kind of tree.
    struct World {
        SparseTree.Tree receipts;
        SparseTree.Tree sketches;
        SparseTree.Tree index;
        bool[CALLS] hasReceipt;
        bool[CALLS] hasSketch;
        bool[RECORDS] hasRecord;
        uint128[CALLS] weight;
        bool[CALLS] isCut;
        uint128 total;
        Breakage[5] broken;
        Traced[CALLS] calls;
    }

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

    // --- honest inputs ---

    function _honest(uint256 seed) internal pure returns (World memory world) {
        world.receipts = SparseTree.create(TreeKind.RECEIPT, CALLS);
        world.sketches = SparseTree.create(TreeKind.SKETCH, CALLS);
        world.index = SparseTree.create(TreeKind.INDEX, RECORDS);
        for (uint64 c; c < CALLS; ++c) {
            // Weights with a zero among them now and then.
            world.weight[c] = uint128(_draw(seed, c, "weight") % 4) * uint128(_draw(seed, c, "amount") % 1_000);
            if (c == 0) world.weight[c] += 7;
            world.receipts.set(c, c, world.weight[c], _receiptPayload(seed, c));
            world.sketches.set(c, c, 1, _sketchPayload(seed, c));
            (world.hasReceipt[c], world.hasSketch[c]) = (true, true);
        }
        for (uint64 r; r < RECORDS; ++r) {
            world.index.set(r, r, 1, _indexPayload(seed, r));
            world.hasRecord[r] = true;
        }
        world.total = world.receipts.root().sum;
        _derive(world);
    }

    // --- inputs that are malformed ---

    /// @dev Breaks an input at the last place of its tree, or at the last two, or at all, and derives the calls anew.
    function _break(World memory world, uint8 kind, Breakage how) internal pure {
        SparseTree.Tree memory tree = _inputOf(world, kind);
        uint64 place = uint64(tree.leaves.length - 1);
        SparseTree.Leaf memory leaf = tree.leaves[place];
        uint256 depth = TreeKind.depthOf(kind);
        world.broken[kind] = how;
        _count(world, kind, place, how);
        if (how == Breakage.Payload) leaf.payload = _cut(leaf.payload);
        else if (how == Breakage.Missing) leaf.key = 40;
        else if (how == Breakage.Sibling) tree.lie(depth - 3, 1, Root(0, 5));
        else if (how == Breakage.Inner) {
            uint128 sum = tree.nodeAt(depth - 1, place >> 1).sum;
            tree.lie(depth - 1, place >> 1, Root(keccak256(_innerPreimage(tree, place)), sum));
        } else {
            bytes memory preimage = how == Breakage.Key ? _leafPreimage(leaf) : bytes("");
            tree.lie(depth, place, Root(keccak256(preimage), leaf.sum));
        }
        if (kind == TreeKind.RECEIPT) world.total = tree.root().sum;
        _derive(world);
    }

    /// @dev The link that shows what stands at a place of an input.
    function _inputLink(World memory world, uint8 kind, uint64 place) internal pure returns (Link memory) {
        SparseTree.Tree memory tree = _inputOf(world, kind);
        Breakage how = world.broken[kind];
        uint256 last = tree.leaves.length - 1;
        uint256 depth = TreeKind.depthOf(kind);
        if (how == Breakage.Inner && place >> 1 == last >> 1)
            return tree.linkToNode(place, depth - 1, _innerPreimage(tree, place));
        if (place == last && how == Breakage.Key)
            return tree.linkToNode(place, depth, _leafPreimage(tree.leaves[last]));
        if (place == last && how == Breakage.NoPreimage) return tree.linkToNode(place, depth, "");
        return tree.link(place, 0);
    }

    function _inputOf(World memory world, uint8 kind) internal pure returns (SparseTree.Tree memory) {
        return
            kind == TreeKind.RECEIPT
                ? world.receipts
                : kind == TreeKind.SKETCH
                    ? world.sketches
                    : world.index;
    }

    /// @dev Takes what a breakage covers out of the count.
    function _count(World memory world, uint8 kind, uint64 last, Breakage how) private pure {
        for (uint64 i; i <= last; ++i) {
            bool isAbove = how == Breakage.Sibling || (how == Breakage.Inner && i >> 1 == last >> 1);
            if (i != last && !isAbove) continue;
            if (kind == TreeKind.INDEX) world.hasRecord[i] = false;
            else if (kind == TreeKind.SKETCH) world.hasSketch[i] = false;
            else {
                world.hasReceipt[i] = false;
                world.isCut[i] = isAbove;
                if (how == Breakage.Missing) world.weight[i] = 0;
            }
        }
    }

    function _cut(bytes memory data) internal pure returns (bytes memory shorter) {
        if (data.length == 0) return data;
        shorter = new bytes(data.length - 1);
        for (uint256 i; i < shorter.length; ++i) shorter[i] = data[i];
    }

    /// @dev Of a node whose left child is said to have one more than it has.
    function _innerPreimage(SparseTree.Tree memory tree, uint64 place) internal pure returns (bytes memory) {
        uint256 depth = TreeKind.depthOf(tree.kind);
        Root memory left = tree.nodeAt(depth, place & ~uint64(1));
        Root memory right = tree.nodeAt(depth, place | 1);
        return abi.encodePacked(uint8(1), left.hash, left.sum + 1, right.hash, right.sum);
    }

    /// @dev Of a leaf at the next place.
    function _leafPreimage(SparseTree.Leaf memory leaf) internal pure returns (bytes memory) {
        return abi.encodePacked(uint8(0), leaf.key + 1, leaf.sum, keccak256(leaf.payload));
    }

    function _receiptPayload(uint256 seed, uint64 c) internal pure returns (bytes memory) {
        bytes memory first = abi.encodePacked(
            TreeKind.RECEIPT,
            address(uint160(_draw(seed, c, "till"))),
            VERSION,
            bytes32("channel"),
            c + 1,
            uint128(_draw(seed, c, "cumulative"))
        );
        return abi.encodePacked(first, address(0x8004), uint256(c), bytes32("q"), bytes32("a"), uint48(1e9), uint32(0));
    }

    /// @dev Coordinates near 0, so that products of both signs, ties and zeros are frequent; extremes now and then.
    function _coordinates(uint256 seed, uint256 i) internal pure returns (bytes memory sketch) {
        sketch = new bytes(COORDINATES);
        bool isExtreme = _draw(seed, i, "extreme") % 8 == 0;
        for (uint256 j; j < COORDINATES; ++j) {
            uint256 drawn = _draw(seed, i * COORDINATES + j, "u");
            sketch[j] = bytes1(uint8(isExtreme ? (drawn % 2 == 0 ? 1 : 255) : 127 + (drawn % 3)));
        }
    }

    function _sketchPayload(uint256 seed, uint64 c) internal pure returns (bytes memory) {
        bytes memory sketch = _coordinates(seed, c);
        (uint32 sumU, ) = _sums(sketch);
        return abi.encodePacked(TreeKind.SKETCH, bytes32("receipt"), sumU, sketch);
    }

    function _indexPayload(uint256 seed, uint64 r) internal pure returns (bytes memory) {
        bytes memory sketch = _coordinates(seed, 100 + r);
        uint32 scale = _draw(seed, r, "large") % 8 == 0 ? (1 << 24) - 1 : uint32(1 + (_draw(seed, r, "scale") % 3));
        // Nothing is before record 0, so nothing can lower its novelty.
        uint8 novelty = r == 0 ? 255 : uint8(_draw(seed, r, "novelty") % 4) * 85;
        return _indexPayload(r, scale, novelty, sketch);
    }

    function _indexPayload(
        uint64 r,
        uint32 scale,
        uint8 novelty,
        bytes memory sketch
    ) internal pure returns (bytes memory) {
        (uint32 sumU, uint32 sumSq) = _sums(sketch);
        bytes memory first = abi.encodePacked(
            TreeKind.INDEX,
            bytes32(uint256(r)),
            bytes32(0),
            uint64(1),
            uint32(r),
            scale
        );
        return abi.encodePacked(first, novelty, novelty == 255 ? NONE : 0, sumU, sumSq, sketch);
    }

    function _sums(bytes memory sketch) internal pure returns (uint32 sumU, uint32 sumSq) {
        for (uint256 j; j < sketch.length; ++j) {
            int256 x = int256(uint256(uint8(sketch[j]))) - 128;
            sumU += uint8(sketch[j]);
            sumSq += uint32(uint256(x * x));
        }
    }

    function _draw(uint256 seed, uint256 i, string memory what) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, i, what)));
    }

    // --- what follows from them ---

    /// @dev Fills in the calls from the inputs and the flags that say which of them count as present.
    function _derive(World memory world) internal pure {
        uint256 before;
        for (uint256 c; c < CALLS; ++c) {
            Traced memory call = world.calls[c];
            uint256 after_ = before + world.weight[c];
            call.amount = uint128((POOL * after_) / world.total - (POOL * before) / world.total);
            if (world.isCut[c]) call.amount = 0;
            before = after_;
            call.receiptHash = world.hasReceipt[c] ? _receiptHash(world.receipts.leaves[c]) : bytes32(0);
            call.sketchHash = world.hasSketch[c] ? keccak256(world.sketches.leaves[c].payload) : bytes32(0);
            _list(world, c);
        }
    }

    function _receiptHash(SparseTree.Leaf memory leaf) internal pure returns (bytes32) {
        bytes memory p = leaf.payload;
        PaidCall memory receipt = PaidCall({
            till: address(uint160(_read(p, 1, 20))),
            modelVersion: ModelVersion.wrap(uint64(_read(p, 21, 8))),
            channelId: bytes32(_read(p, 29, 32)),
            sequence: uint64(_read(p, 61, 8)),
            amount: leaf.sum,
            cumulative: uint128(_read(p, 69, 16)),
            agentRegistry: address(uint160(_read(p, 85, 20))),
            agentId: _read(p, 105, 32),
            requestHash: bytes32(_read(p, 137, 32)),
            responseHash: bytes32(_read(p, 169, 32)),
            issuedAt: uint48(_read(p, 201, 6))
        });
        return Receipts.structHash(receipt);
    }

    function _read(bytes memory data, uint256 offset, uint256 width) internal pure returns (uint256 value) {
        for (uint256 i; i < width; ++i) value = (value << 8) | uint8(data[offset + i]);
    }

    function _list(World memory world, uint256 c) internal pure {
        Traced memory call = world.calls[c];
        call.helpful = new Item[](0);
        call.harmful = new Item[](0);
        if (!world.hasSketch[c]) return;
        for (uint32 r; r < RECORDS; ++r) {
            if (!world.hasRecord[r]) continue;
            (int64 s, uint128 w) = _influenceOf(world, c, r);
            if (w == 0) continue;
            if (s > 0) call.helpful = _inserted(call.helpful, Item(r, s, w, 0));
            else call.harmful = _inserted(call.harmful, Item(r, s, w, 0));
        }
        _distribute(call);
    }

    function _influenceOf(World memory world, uint256 c, uint256 r) internal pure returns (int64 s, uint128 w) {
        bytes memory query = world.sketches.leaves[c].payload;
        bytes memory record = world.index.leaves[r].payload;
        int256 dot;
        for (uint256 j; j < COORDINATES; ++j) {
            dot += (int256(uint256(uint8(query[37 + j]))) - 128) * (int256(uint256(uint8(record[94 + j]))) - 128);
        }
        s = int64(int256(_read(record, 77, 4)) * dot);
        w = uint128(uint64(s < 0 ? -s : s)) * uint8(record[81]);
    }

    /// @dev The list with one more item at its place, cut to K; records come in ascending order, so that ties stay as they are.
    function _inserted(Item[] memory list, Item memory item) internal pure returns (Item[] memory longer) {
        uint256 rank;
        while (rank < list.length && list[rank].w >= item.w) ++rank;
        if (rank == TOP_K) return list;
        longer = new Item[](list.length < TOP_K ? list.length + 1 : TOP_K);
        for (uint256 i; i < longer.length; ++i) {
            longer[i] =
                i < rank
                    ? list[i]
                    : i == rank
                        ? item
                        : list[i - 1];
        }
    }

    /// @dev Gives the entries of a call their points.
    function _distribute(Traced memory call) internal pure {
        uint256 helpful = _total(call.helpful);
        uint256 harmful = _total(call.harmful);
        if (helpful == 0) return;
        _divide(call.helpful, call.amount, helpful);
        _divide(call.harmful, (uint256(call.amount) * DEBIT_FACTOR) / 256, helpful > harmful ? helpful : harmful);
    }

    function _total(Item[] memory list) internal pure returns (uint256 total) {
        for (uint256 i; i < list.length; ++i) total += list[i].w;
    }

    function _divide(Item[] memory list, uint256 amount, uint256 total) private pure {
        uint256 before;
        for (uint256 i; i < list.length; ++i) {
            list[i].points = uint128((amount * (before + list[i].w)) / total - (amount * before) / total);
            before += list[i].w;
        }
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

    // --- forgeries ---

    /// @dev Changes one thing in one of the links.
    function _forge(Link[] memory links, uint256 forgery) internal pure {
        Link memory link = links[forgery % links.length];
        uint256 drawn = forgery >> 16;
        uint256 what = (forgery >> 8) % 11;
        if (what == 0) link.key = uint64(drawn % 8);
        else if (what == 1) link.which = uint8(drawn % 3);
        else if (what == 2) link.sum = uint128(drawn % 2 == 0 ? 0 : drawn);
        else if (what == 3) link.payload = "";
        else if (what == 4) link.preimage = abi.encodePacked(drawn);
        else if (what == 5) link.opening = _cut(link.opening);
        else if (what == 6) link.opening = abi.encodePacked(link.opening, new bytes(48));
        else if (what == 7) link.opening = abi.encodePacked(uint8(0), uint32(0));
        else if (what == 8) _flip(link.opening, drawn);
        else if (what == 9) _flip(link.payload, drawn);
        else (link.payload, link.sum, link.preimage) = ("", 0, abi.encodePacked(uint8(0), link.key, link.sum, drawn));
    }

    function _flip(bytes memory data, uint256 drawn) internal pure {
        if (data.length != 0) data[(drawn >> 8) % data.length] ^= bytes1(uint8(1 << (drawn % 8)));
    }
}
