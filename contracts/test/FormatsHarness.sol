// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IDemands} from "../interfaces/IDemands.sol";
import {Answers} from "../libraries/Answers.sol";
import {DemandKeys} from "../libraries/DemandKeys.sol";
import {LedgerData} from "../libraries/LedgerData.sol";
import {MethodId} from "../libraries/MethodId.sol";
import {Novelty} from "../libraries/Novelty.sol";
import {PrefixSplit} from "../libraries/PrefixSplit.sol";
import {Receipts} from "../libraries/Receipts.sol";
import {ReviewVotes} from "../libraries/ReviewVotes.sol";
import {SketchVotes} from "../libraries/SketchVotes.sol";
import {Sketch} from "../libraries/Sketch.sol";
import {SumTree} from "../libraries/SumTree.sol";
import {WellFormed} from "../libraries/WellFormed.sol";
import {CallChecks} from "../royalties/faults/CallChecks.sol";
import {CommitName} from "../types/CommitName.sol";
import {Epoch, PositionId, RoundId, SettlementId} from "../types/Ids.sol";
import {Link} from "../types/Link.sol";
import {Method} from "../types/Method.sol";
import {Receipt} from "../types/Receipt.sol";
import {Root} from "../types/Root.sol";
import {Verdict} from "../types/Verdict.sol";

/// @notice Lets tests call the libraries of the formats, many cases in one call.
contract FormatsHarness {
    /// @param mode 0 leaf, 1 absence, 2 node.
    /// @param hash Payload hash of a leaf; hash of a node.
    struct Opened {
        uint8 mode;
        Root root;
        uint8 depth;
        uint8 level;
        uint64 index;
        bytes32 hash;
        uint128 sum;
        bytes opening;
    }

    struct Judged {
        WellFormed.Place place;
        Root node;
        bytes preimage;
        bytes payload;
    }

    function leafHash(uint64 key, uint128 sum, bytes32 payloadHash) external pure returns (bytes32) {
        return SumTree.leafHash(key, sum, payloadHash);
    }

    function innerHash(Root calldata left, Root calldata right) external pure returns (bytes32) {
        return SumTree.innerHash(left.hash, left.sum, right.hash, right.sum);
    }

    /// @notice Root of a whole tree, level by level, as docs/formats.md §2 says it; keys ascend.
    // solhint-disable-next-line gas-calldata-parameters
    function rootOf(
        uint256 depth,
        uint64[] memory keys,
        uint128[] memory sums,
        bytes32[] calldata payloadHashes
    ) external pure returns (Root memory root) {
        uint256 count = keys.length;
        bytes32[] memory hashes = new bytes32[](count);
        for (uint256 i; i < count; ++i) hashes[i] = SumTree.leafHash(keys[i], sums[i], payloadHashes[i]);
        for (; depth != 0; --depth) {
            uint256 parents;
            for (uint256 i; i < count; ++i) {
                bool paired = i + 1 < count && keys[i] % 2 == 0 && keys[i + 1] == keys[i] + 1;
                uint256 j = paired ? i + 1 : i;
                bool isLeft = keys[i] % 2 == 0;
                hashes[parents] = SumTree.innerHash(
                    isLeft ? hashes[i] : bytes32(0),
                    isLeft ? sums[i] : 0,
                    isLeft && !paired ? bytes32(0) : hashes[j],
                    isLeft && !paired ? 0 : sums[j]
                );
                sums[parents] = paired ? sums[i] + sums[j] : sums[i];
                keys[parents] = keys[i] / 2;
                ++parents;
                i = j;
            }
            count = parents;
        }
        if (count != 0) root = Root(hashes[0], sums[0]);
    }

    function verify(Opened[] calldata all) external pure returns (bool[] memory ok, uint128[] memory prefixes) {
        ok = new bool[](all.length);
        prefixes = new uint128[](all.length);
        for (uint256 i; i < all.length; ++i) (ok[i], prefixes[i]) = _verify(all[i]);
    }

    function requireLeaf(Opened calldata o) external pure returns (uint128) {
        return SumTree.requireLeaf(o.root, o.depth, o.index, o.sum, o.hash, o.opening);
    }

    function measure(bytes calldata data) external pure returns (bool ok, uint256 size) {
        return SumTree.measure(data);
    }

    function isMalformed(Judged[] calldata all) external pure returns (bool[] memory malformed) {
        malformed = new bool[](all.length);
        for (uint256 i; i < all.length; ++i) {
            malformed[i] = WellFormed.isMalformed(all[i].place, all[i].node, all[i].preimage, all[i].payload);
        }
    }

    function split(uint128 amount, uint256[] calldata weights) external pure returns (uint128[] memory) {
        return PrefixSplit.split(amount, weights);
    }

    function part(uint128 amount, uint128 prefix, uint128 weight, uint128 total) external pure returns (uint128) {
        return PrefixSplit.part(amount, prefix, weight, total);
    }

    function receiptHash(Receipt calldata receipt) external pure returns (bytes32) {
        return Receipts.structHash(receipt);
    }

    function receiptDigest(address till, bytes32 hash) external view returns (bytes32) {
        return Receipts.digest(till, hash);
    }

    function methodId(Method calldata method) external pure returns (bytes32) {
        return MethodId.idOf(method);
    }

    function attestationHash(
        SettlementId settlement,
        bytes32 indexRoot,
        bytes32 sketchesRoot,
        uint64 count
    ) external pure returns (bytes32) {
        return LedgerData.attestationHash(settlement, indexRoot, sketchesRoot, count);
    }

    function delegationHash(
        PositionId position,
        address claimer,
        address recipient,
        uint256 nonce,
        uint48 deadline
    ) external pure returns (bytes32) {
        return LedgerData.delegationHash(position, claimer, recipient, nonce, deadline);
    }

    function proposalRoot(Root calldata groups, Root calldata payouts) external pure returns (bytes32) {
        return LedgerData.proposalRoot(groups, payouts);
    }

    function proofCommitment(
        uint256 chainId,
        address ledger,
        Epoch epoch,
        bytes32 proposal,
        bytes32 proofHash,
        address sender
    ) external pure returns (bytes32) {
        return LedgerData.proofCommitment(chainId, ledger, epoch, proposal, proofHash, sender);
    }

    function inputProofCommitment(
        uint256 chainId,
        address court,
        CommitName commit,
        bytes32 proofHash,
        address sender
    ) external pure returns (bytes32) {
        return LedgerData.inputProofCommitment(chainId, court, commit, proofHash, sender);
    }

    function reviewVoteHash(
        uint256 chainId,
        address review,
        RoundId round,
        address voter,
        Verdict verdict,
        bytes32 salt
    ) external pure returns (bytes32) {
        return ReviewVotes.commitmentOf(chainId, review, round, voter, verdict, salt);
    }

    function sketchVoteHash(
        uint256 chainId,
        address ledger,
        RoundId dispute,
        address voter,
        bool isUpheld,
        bytes32 salt
    ) external pure returns (bytes32) {
        return SketchVotes.commitmentOf(chainId, ledger, dispute, voter, isUpheld, salt);
    }

    function demandBytes(
        IDemands.Commitment calldata commitment,
        Link[] calldata path,
        uint8 level,
        uint64 index
    ) external pure returns (bytes memory) {
        return DemandKeys.encodeNode(DemandKeys.encodeTree(commitment, path), level, index);
    }

    function areAnswers(
        bytes32 hash,
        uint256 level,
        uint256 depth,
        bytes[] calldata answers
    ) external pure returns (bool[] memory are) {
        are = new bool[](answers.length);
        for (uint256 i; i < answers.length; ++i) are[i] = Answers.isAnswer(hash, level, depth, answers[i]);
    }

    /// @notice Of each record of an index leaf and each call of a sketch leaf, in pairs.
    function influences(
        bytes[] calldata records,
        bytes[] calldata calls
    ) external pure returns (int64[] memory s, uint128[] memory w) {
        s = new int64[](records.length);
        w = new uint128[](records.length);
        for (uint256 i; i < records.length; ++i) (s[i], w[i]) = CallChecks.influenceOf(records[i], calls[i]);
    }

    /// @notice `n(i, j)` and the cosine of index leaves, in pairs.
    function novelties(
        bytes[] calldata laters,
        bytes[] calldata earliers,
        Method calldata method
    ) external pure returns (uint256[] memory found, uint256[] memory cosines) {
        found = new uint256[](laters.length);
        cosines = new uint256[](laters.length);
        for (uint256 i; i < laters.length; ++i) {
            found[i] = Novelty.between(laters[i], earliers[i], method);
            cosines[i] = Novelty.cosine16(laters[i], earliers[i]);
        }
    }

    function agreement(bytes32 a, bytes32 b) external pure returns (uint256) {
        return Novelty.agreement(a, b);
    }

    /// @notice What leaves state beside their sketches, which are excess-128.
    function sketchSums(
        bytes[] calldata sketches
    ) external pure returns (bool[] memory whole, uint256[] memory sumU, uint256[] memory sumSq) {
        whole = new bool[](sketches.length);
        sumU = new uint256[](sketches.length);
        sumSq = new uint256[](sketches.length);
        for (uint256 i; i < sketches.length; ++i) (whole[i], sumU[i], sumSq[i]) = Sketch.sums(sketches[i]);
    }

    function _verify(Opened calldata o) private pure returns (bool, uint128) {
        if (o.mode == 0) return SumTree.verifyLeaf(o.root, o.depth, o.index, o.sum, o.hash, o.opening);
        if (SumTree.levelOf(o.opening) != o.level) return (false, 0);
        if (o.mode == 1) return SumTree.verifyAbsence(o.root, o.depth, o.index, o.opening);
        return SumTree.verifyNode(o.root, o.depth, o.index, o.hash, o.sum, o.opening);
    }
}
