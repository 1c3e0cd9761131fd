// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Receipts} from "../../../contracts/libraries/Receipts.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {ModelVersion} from "../../../contracts/types/Ids.sol";
import {Receipt as PaidCall} from "../../../contracts/types/Receipt.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {CallInputs} from "./CallInputs.sol";

/// @notice What follows from the inputs of calls as docs/formats.md §6.3 says it, by the plainest loops.
abstract contract CallReference is CallInputs {
    using SparseTree for SparseTree.Tree;

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
            int256 x = int256(uint256(uint8(query[37 + COORDINATES - 1 - j]))) - 128;
            dot += x * (int256(uint256(uint8(record[94 + j]))) - 128);
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
}
