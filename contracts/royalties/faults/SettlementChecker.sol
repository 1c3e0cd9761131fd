// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IBatchSettlement} from "../../interfaces/IBatchSettlement.sol";
import {IFaultProofs} from "../../interfaces/IFaultProofs.sol";
import {ISettlementProofs} from "../../interfaces/ISettlementProofs.sol";
import {Openings} from "../../libraries/Openings.sol";
import {Payloads} from "../../libraries/Payloads.sol";
import {Receipts} from "../../libraries/Receipts.sol";
import {TreeKind} from "../../libraries/TreeKind.sol";
import {WellFormed} from "../../libraries/WellFormed.sol";
import {ChannelConfig} from "../../types/Channel.sol";
import {ModelVersion} from "../../types/Ids.sol";
import {Link} from "../../types/Link.sol";
import {Receipt} from "../../types/Receipt.sol";
import {Root} from "../../types/Root.sol";
import {SettlementChecks} from "./SettlementChecks.sol";

/// @notice Says of sketch faults and receipt breaches (docs/faults.md) whether they are there. It knows nothing but its arguments, and what a channel contract among them says;
/// anybody may ask.
/// @dev A link of an accused tree that shows something misformed shows a fault, whichever was to be proven: what is malformed, a leaf at or above the count, and none below it.
/// A link that shows nothing reverts with `InvalidOpening`, one to a place that the statement is not about with `WrongPlace`; links are counted from 0.
contract SettlementChecker {
    /// @notice A tree of a settlement. @param count Of the settlement's calls. @param kind Tag of the tree's kind. @param k Coordinates of the method's sketches; 0 for receipts.
    struct Tree {
        Root root;
        uint32 count;
        uint8 kind;
        uint16 k;
    }

    /// @notice Whom the channels of a settlement's receipts pay. @param token The ledger's.
    struct Payee {
        address till;
        address token;
    }

    /// @notice A tree has a malformed node or payload, a leaf at or above the count, or none at a place below it.
    function isMisformed(Tree calldata tree, Link calldata node) external pure returns (bool broken) {
        (broken, ) = _open(tree, node, 0);
    }

    /// @notice The sketch at a place names another receipt than the settled one there. A receipt that counts as absent shows nothing.
    function isSketchOfOther(
        Tree calldata sketches,
        Tree calldata receipts,
        Link calldata sketch,
        Link calldata receipt
    ) external pure returns (bool) {
        (bool broken, bool isThere) = _open(sketches, sketch, 0);
        if (broken) return true;
        if (receipt.key != sketch.key) revert IFaultProofs.WrongPlace(1);
        Openings.Input memory input = Openings.openInput(receipts.root, TreeKind.RECEIPT, 0, receipt, 1);
        if (!isThere || !input.present) return false;
        bytes32 hash = Receipts.structHash(Payloads.receipt(input.sum, receipt.payload));
        return Payloads.callReceiptHash(sketch.payload) != hash;
    }

    /// @notice A receipt is not one of this till and version, or contradicts itself.
    function isWrongAlone(
        Tree calldata receipts,
        address till,
        ModelVersion version,
        Link calldata receipt
    ) external pure returns (bool) {
        (bool broken, bool isThere) = _open(receipts, receipt, 0);
        if (broken || !isThere) return broken;
        return SettlementChecks.isWrongAlone(Payloads.receipt(receipt.sum, receipt.payload), till, version);
    }

    /// @notice Two receipts at neighbouring places are not in order, or the second does not go on from the first.
    function areDisordered(
        Tree calldata receipts,
        Link calldata first,
        Link calldata second
    ) external pure returns (bool) {
        if (second.key != uint256(first.key) + 1) revert IFaultProofs.WrongPlace(1);
        (bool isFirstBroken, bool isFirst) = _open(receipts, first, 0);
        (bool isSecondBroken, bool isSecond) = _open(receipts, second, 1);
        if (isFirstBroken || isSecondBroken) return true;
        if (!isFirst || !isSecond) return false;
        return
            SettlementChecks.areDisordered(
                Payloads.receipt(first.sum, first.payload),
                Payloads.receipt(second.sum, second.payload)
            );
    }

    /// @notice A receipt contradicts one of another settlement of its till. In the other tree what is malformed, or stands at or above the count, shows nothing.
    /// @param isLater Whether the accused settlement is the later one.
    function areContradictory(
        Tree calldata receipts,
        Tree calldata others,
        bool isLater,
        Link calldata receipt,
        Link calldata other
    ) external pure returns (bool) {
        (bool broken, bool isThere) = _open(receipts, receipt, 0);
        if (broken) return true;
        Receipt memory second = _settled(others, other, 1);
        if (!isThere) return false;
        Receipt memory first = Payloads.receipt(receipt.sum, receipt.payload);
        return
            isLater
                ? SettlementChecks.areContradictory(second, first)
                : SettlementChecks.areContradictory(first, second);
    }

    /// @notice A receipt says that its channel was charged more than was ever claimed from it.
    /// @param channels The channel contract; if there is none, no receipt shows anything.
    function isUncovered(
        Tree calldata receipts,
        IBatchSettlement channels,
        Link calldata receipt
    ) external view returns (bool) {
        (bool broken, bool isThere) = _open(receipts, receipt, 0);
        if (broken || !isThere || address(channels) == address(0)) return broken;
        Receipt memory settled = Payloads.receipt(receipt.sum, receipt.payload);
        (, uint128 claimed) = channels.channels(settled.channelId);
        return SettlementChecks.isUncovered(settled, claimed);
    }

    /// @notice A receipt's channel pays somebody else than the till, or another token than the ledger's.
    /// @param channels The channel contract; if there is none, no receipt shows anything.
    /// @param config Of the receipt's channel.
    function isOfForeignChannel(
        Tree calldata receipts,
        IBatchSettlement channels,
        Payee calldata payee,
        Link calldata receipt,
        ChannelConfig calldata config
    ) external view returns (bool) {
        (bool broken, bool isThere) = _open(receipts, receipt, 0);
        if (broken || !isThere || address(channels) == address(0)) return broken;
        bytes32 channelId = Payloads.receipt(receipt.sum, receipt.payload).channelId;
        if (channels.getChannelId(config) != channelId) revert ISettlementProofs.WrongChannel(channelId);
        return SettlementChecks.isForeignChannel(config, payee.till, payee.token);
    }

    /// @notice Reverts unless the receipt of this hash, which is of this till and version, stands at a place of the tree that counts.
    function requireIncluded(
        Tree calldata receipts,
        address till,
        ModelVersion version,
        bytes32 receiptHash,
        Link calldata receipt
    ) external pure {
        Receipt memory settled = _settled(receipts, receipt, 0);
        bool isIt =
            settled.till == till &&
                ModelVersion.unwrap(settled.modelVersion) == ModelVersion.unwrap(version) &&
                Receipts.structHash(settled) == receiptHash;
        if (!isIt) revert IFaultProofs.InvalidOpening(0);
    }

    /// @dev A receipt that stands at its place and counts.
    function _settled(
        Tree calldata receipts,
        Link calldata link,
        uint256 number
    ) private pure returns (Receipt memory) {
        if (link.key >= receipts.count) revert IFaultProofs.WrongPlace(number);
        Openings.Input memory input = Openings.openInput(receipts.root, TreeKind.RECEIPT, 0, link, number);
        if (!input.present) revert IFaultProofs.InvalidOpening(number);
        return Payloads.receipt(input.sum, link.payload);
    }

    /// @dev Opens a link of an accused tree. @return broken Whether it alone is a fault. @return isThere Whether it is a leaf that can be read.
    function _open(
        Tree calldata tree,
        Link calldata link,
        uint256 number
    ) private pure returns (bool broken, bool isThere) {
        WellFormed.Place memory place = WellFormed.Place(tree.kind, 0, 0, tree.k, false);
        if (Openings.showsMalformed(tree.root, place, link, number)) return (true, false);
        // A preimage is there to show that its node is malformed.
        if (link.preimage.length != 0) revert IFaultProofs.InvalidOpening(number);
        isThere = link.payload.length != 0;
        broken = isThere != (link.key < tree.count);
    }
}
