// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IFaultProofs} from "../../interfaces/IFaultProofs.sol";
import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";
import {Openings} from "../../libraries/Openings.sol";
import {Payloads} from "../../libraries/Payloads.sol";
import {Receipts} from "../../libraries/Receipts.sol";
import {TreeKind} from "../../libraries/TreeKind.sol";
import {Epoch, SettlementId} from "../../types/Ids.sol";
import {Link} from "../../types/Link.sol";
import {Method} from "../../types/Method.sol";
import {Root} from "../../types/Root.sol";
import {CallChecks} from "./CallChecks.sol";
import {Checker} from "./Checker.sol";

/// @notice Checks the proofs that judge one call of a group: its receipt and sketch, and what stands on its two lists.
contract CallChecker is Checker {
    /// @dev Links of a call's chain: group and trace.
    uint256 private constant CALL_LINKS = 2;

    /// @dev What the chain of a call leads to, and what its lists follow from.
    /// @param hasList Whether the trace leaf is there. @param list Of its lists the one that is judged.
    /// @param place Of the call in its settlement.
    struct Call {
        bool hasList;
        bool isHarmful;
        Root list;
        uint64 place;
        Root sketches;
        Root index;
        uint16 k;
        uint16 topK;
    }

    IModelRegistry private immutable _models;

    constructor(IRoyaltyLedger ledger, IModelRegistry models) Checker(ledger) {
        _models = models;
    }

    /// @notice Whether `IFaultProofs.proveReceipt` holds (Receipt a, b, d).
    function proveReceipt(
        IFaultProofs.Accused calldata accused,
        SettlementId settlement,
        Link[] calldata call,
        Link calldata receipt
    ) external view returns (bool) {
        bool isPresent = _openCall(accused, call);
        (IRoyaltyLedger.Settlement memory settled, uint64 place) = _settlementOf(accused, settlement, call);
        return !isPresent || _isWrongReceipt(settled, place, call[1], receipt);
    }

    /// @notice Whether `IFaultProofs.proveSketchHash` holds (Receipt a, c).
    function proveSketchHash(
        IFaultProofs.Accused calldata accused,
        SettlementId settlement,
        Link[] calldata call,
        Link calldata sketch
    ) external view returns (bool) {
        bool isPresent = _openCall(accused, call);
        (IRoyaltyLedger.Settlement memory settled, uint64 place) = _settlementOf(accused, settlement, call);
        return !isPresent || _isWrongSketchHash(settled, place, call[1], sketch);
    }

    /// @notice Whether `IFaultProofs.proveInfluence` holds.
    function proveInfluence(
        IFaultProofs.Accused calldata accused,
        SettlementId settlement,
        Link[] calldata call,
        Link calldata entry,
        Link calldata sketch,
        Link calldata record
    ) external view returns (bool) {
        Call memory judged = _judge(accused, settlement, call);
        return judged.hasList && _isWrongInfluence(judged, entry, sketch, record);
    }

    /// @notice Whether `IFaultProofs.proveOmission` holds.
    function proveOmission(
        IFaultProofs.Accused calldata accused,
        SettlementId settlement,
        Link[] calldata call,
        Link calldata before,
        Link calldata entry,
        Link calldata sketch,
        Link calldata record
    ) external view returns (bool) {
        Call memory judged = _judge(accused, settlement, call);
        return judged.hasList && _isOmitted(judged, before, entry, sketch, record);
    }

    /// @notice Whether `IFaultProofs.provePoints` holds (Form g).
    function provePoints(
        IFaultProofs.Accused calldata accused,
        Link[] calldata call,
        Link calldata entry
    ) external view returns (bool) {
        return _openCall(accused, call) && _arePointsWrong(call, entry);
    }

    // --- the statements ---

    /// @dev Receipt b and d.
    function _isWrongReceipt(
        IRoyaltyLedger.Settlement memory settled,
        uint64 place,
        Link calldata trace,
        Link calldata receipt
    ) private pure returns (bool) {
        if (receipt.key != place) revert IFaultProofs.WrongPlace(CALL_LINKS);
        Root memory root = settled.receipts;
        Openings.Input memory input = Openings.openInput(root, TreeKind.RECEIPT, 0, receipt, CALL_LINKS);
        if (trace.sum != CallChecks.amountOf(settled.pool, input.prefix, input.sum, root.sum)) return true;
        bytes32 hash = input.present ? Receipts.structHash(Payloads.receipt(input.sum, receipt.payload)) : bytes32(0);
        return Payloads.trace(trace.payload).receiptHash != hash;
    }

    /// @dev Receipt c.
    function _isWrongSketchHash(
        IRoyaltyLedger.Settlement memory settled,
        uint64 place,
        Link calldata trace,
        Link calldata sketch
    ) private view returns (bool) {
        if (sketch.key != place) revert IFaultProofs.WrongPlace(CALL_LINKS);
        uint16 k = _models.methodOf(settled.version).k;
        bool isPresent = Openings.openInput(settled.sketches, TreeKind.SKETCH, k, sketch, CALL_LINKS).present;
        return Payloads.trace(trace.payload).sketchHash != (isPresent ? keccak256(sketch.payload) : bytes32(0));
    }

    function _isWrongInfluence(
        Call memory call,
        Link calldata entry,
        Link calldata sketch,
        Link calldata record
    ) private pure returns (bool) {
        (bool isPresent, ) = Openings.openLeaf(call.list, TreeKind.ENTRY, entry, CALL_LINKS);
        if (!isPresent) return false;
        Payloads.Entry memory listed = Payloads.entry(entry.payload);
        if (record.key != listed.recordIndex) revert IFaultProofs.WrongPlace(CALL_LINKS + 2);
        (bool isFound, int64 s, uint128 w) = _influence(call, sketch, record, CALL_LINKS + 1);
        return !isFound || listed.s != s || entry.sum != w;
    }

    function _isOmitted(
        Call memory call,
        Link calldata before,
        Link calldata entry,
        Link calldata sketch,
        Link calldata record
    ) private pure returns (bool) {
        (bool isFound, int64 s, uint128 w) = _influence(call, sketch, record, CALL_LINKS + 2);
        if (!isFound || w == 0 || (s < 0) != call.isHarmful) return false;
        CallChecks.Key memory key = CallChecks.Key(w, record.key);
        return _followsBefore(call, before, entry, key) && _precedesEntry(call, entry, key);
    }

    /// @dev Whether the key comes after the entry at the place before `entry`, which must be there; nothing stands before place 0.
    function _followsBefore(
        Call memory call,
        Link calldata before,
        Link calldata entry,
        CallChecks.Key memory key
    ) private pure returns (bool) {
        if (entry.key == 0) return true;
        if (before.key != entry.key - 1) revert IFaultProofs.WrongPlace(CALL_LINKS);
        (bool isPresent, ) = Openings.openLeaf(call.list, TreeKind.ENTRY, before, CALL_LINKS);
        return isPresent && CallChecks.precedes(CallChecks.keyOf(before), key);
    }

    /// @dev Whether the key comes before `entry`, or `entry` is a free place of the list.
    function _precedesEntry(
        Call memory call,
        Link calldata entry,
        CallChecks.Key memory key
    ) private pure returns (bool) {
        (bool isPresent, ) = Openings.openLeaf(call.list, TreeKind.ENTRY, entry, CALL_LINKS + 1);
        return isPresent ? CallChecks.precedes(key, CallChecks.keyOf(entry)) : entry.key < call.topK;
    }

    /// @dev Form g. An honest group names its version, so that its method need not be looked up by the settlement.
    function _arePointsWrong(Link[] calldata call, Link calldata entry) private view returns (bool) {
        Link calldata trace = call[1];
        Root memory list = Openings.descendTo(TreeKind.ENTRY, trace, 1);
        (bool isPresent, uint128 prefix) = Openings.openLeaf(list, TreeKind.ENTRY, entry, CALL_LINKS);
        if (!isPresent) return false;
        Payloads.Trace memory lists = Payloads.trace(trace.payload);
        uint16 debitFactor = _models.methodOf(Payloads.group(call[0].payload).version).debitFactor;
        uint128 points =
            trace.which == 1
                ? CallChecks.debitOf(trace.sum, lists, debitFactor, prefix, entry.sum)
                : CallChecks.creditOf(trace.sum, lists, prefix, entry.sum);
        return Payloads.entry(entry.payload).points != points;
    }

    // --- what they are made of ---

    /// @dev Opens the chain of a call, both of its links.
    function _openCall(
        IFaultProofs.Accused calldata accused,
        Link[] calldata call
    ) private view returns (bool isPresent) {
        if (call.length != CALL_LINKS) revert IFaultProofs.WrongChain(call.length);
        (isPresent, ) = Openings.openChain(_groupsOf(accused), Openings.TO_TRACE, call, 0);
    }

    /// @dev The settlement, if the call is one of its, and the call's place in it.
    function _settlementOf(
        IFaultProofs.Accused calldata accused,
        SettlementId settlement,
        Link[] calldata call
    ) private view returns (IRoyaltyLedger.Settlement memory settled, uint64 place) {
        settled = _ledger.settlementOf(settlement);
        uint64 key = call[1].key;
        if (
            settled.status != IRoyaltyLedger.SettlementStatus.Ready ||
            Epoch.unwrap(settled.epoch) != Epoch.unwrap(accused.epoch) ||
            settled.group != call[0].key ||
            key < settled.offset ||
            key - settled.offset >= settled.count
        ) revert IFaultProofs.WrongSettlement(settlement);
        place = key - settled.offset;
    }

    function _judge(
        IFaultProofs.Accused calldata accused,
        SettlementId settlement,
        Link[] calldata call
    ) private view returns (Call memory judged) {
        judged.hasList = _openCall(accused, call);
        IRoyaltyLedger.Settlement memory settled;
        (settled, judged.place) = _settlementOf(accused, settlement, call);
        if (!judged.hasList) return judged;
        judged.isHarmful = call[1].which == 1;
        judged.list = Openings.descendTo(TreeKind.ENTRY, call[1], 1);
        judged.sketches = settled.sketches;
        IModelRegistry.Index memory index = _models.indexOf(settled.version);
        judged.index = Root(index.hash, index.sum);
        Method memory method = _models.methodOf(settled.version);
        judged.k = method.k;
        judged.topK = method.topK;
    }

    /// @dev `s` and `w` of a record for a call; not found if the call's sketch or the record counts as absent, which is then on no list.
    /// The index has as many records as its sum.
    function _influence(
        Call memory call,
        Link calldata sketch,
        Link calldata record,
        uint256 number
    ) private pure returns (bool isFound, int64 s, uint128 w) {
        if (sketch.key != call.place) revert IFaultProofs.WrongPlace(number);
        if (!Openings.openInput(call.sketches, TreeKind.SKETCH, call.k, sketch, number).present) return (false, 0, 0);
        if (record.key >= call.index.sum) return (false, 0, 0);
        if (!Openings.openInput(call.index, TreeKind.INDEX, call.k, record, number + 1).present) return (false, 0, 0);
        (s, w) = CallChecks.influenceOf(record.payload, sketch.payload);
        isFound = true;
    }
}
