// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICourtLedger} from "../../interfaces/ICourtLedger.sol";
import {IDatanetRegistry} from "../../interfaces/IDatanetRegistry.sol";
import {IFaultProofs} from "../../interfaces/IFaultProofs.sol";
import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";
import {Openings} from "../../libraries/Openings.sol";
import {Payloads} from "../../libraries/Payloads.sol";
import {TreeKind} from "../../libraries/TreeKind.sol";
import {ContributionId, ModelVersion, PositionId} from "../../types/Ids.sol";
import {Link} from "../../types/Link.sol";
import {Root} from "../../types/Root.sol";
import {CallChecks} from "./CallChecks.sol";
import {Checker} from "./Checker.sol";
import {PayoutChecks} from "./PayoutChecks.sol";

/// @notice Checks the proofs that follow points to payouts: a group's tallies, nets and earnings, and what positions get of them.
/// @dev A chain that ends before its last tree shows that nothing is there, wherever in that tree a pointer goes.
contract PayoutChecker is Checker {
    IModelRegistry private immutable _models;
    IDatanetRegistry private immutable _datanets;

    constructor(IRoyaltyLedger ledger, IModelRegistry models, IDatanetRegistry datanets) Checker(ledger) {
        _models = models;
        _datanets = datanets;
    }

    // --- points ---

    /// @notice Whether `IFaultProofs.proveMirror` holds (Points a, b).
    function proveMirror(
        IFaultProofs.Accused calldata accused,
        Link[] calldata entry,
        Link[] calldata tally
    ) external view returns (bool) {
        Root memory groups = _groupsOf(accused);
        (bool isListed, ) = Openings.openChain(groups, Openings.TO_ENTRY, entry, 0);
        (bool isTallied, ) = Openings.openChain(groups, Openings.TO_TALLY, tally, entry.length);
        if (entry[0].key != tally[0].key) revert IFaultProofs.WrongPlace(entry.length);
        return (isListed && _lacksTally(entry, tally, isTallied)) || (isTallied && _lacksEntry(tally, entry, isListed));
    }

    /// @notice Whether `IFaultProofs.proveNet` holds (Points c).
    function proveNet(IFaultProofs.Accused calldata accused, Link[] calldata points) external view returns (bool) {
        (bool isPresent, ) = Openings.openChain(_groupsOf(accused), Openings.TO_POINTS, points, 0);
        return isPresent && _isWrongNet(points[1]);
    }

    // --- earning ---

    /// @notice Whether `IFaultProofs.proveOwner` holds (Earning a).
    function proveOwner(
        IFaultProofs.Accused calldata accused,
        Link[] calldata points,
        Link calldata record
    ) external view returns (bool) {
        (bool isPresent, ) = Openings.openChain(_groupsOf(accused), Openings.TO_POINTS, points, 0);
        return isPresent && _isWrongOwner(accused, points, record);
    }

    /// @notice Whether `IFaultProofs.proveEarning` holds (Earning b, c, d).
    function proveEarning(
        IFaultProofs.Accused calldata accused,
        Link[] calldata points,
        Link[] calldata earning
    ) external view returns (bool) {
        (bool hasPoints, uint128 prefix) = Openings.openChain(_groupsOf(accused), Openings.TO_POINTS, points, 0);
        uint128 part = hasPoints ? _partOf(points, prefix) : 0;
        bool isProven = hasPoints && PayoutChecks.isWrongIndex(part, Payloads.points(points[1].payload).earningIndex);
        if (earning.length != 0) {
            (bool isEarned, ) = Openings.openChain(_payoutsOf(accused), Openings.TO_EARNING, earning, points.length);
            isProven =
                isProven ||
                (hasPoints && _lacksEarning(points, part, earning, isEarned)) ||
                (isEarned && _lacksPoints(earning, points, hasPoints));
        }
        return isProven;
    }

    /// @notice Whether `IFaultProofs.proveFallback` holds (Earning e, f, g).
    function proveFallback(
        IFaultProofs.Accused calldata accused,
        Link calldata group,
        Link[] calldata earning
    ) external view returns (bool) {
        (bool hasGroup, ) = Openings.openLeaf(_groupsOf(accused), TreeKind.GROUP, group, 0);
        bool isProven = hasGroup && _isWrongFallback(group);
        if (earning.length != 0) {
            (bool isEarned, ) = Openings.openChain(_payoutsOf(accused), Openings.TO_EARNING, earning, 1);
            isProven =
                isProven ||
                (hasGroup && _lacksFallbackEarning(group, earning, isEarned)) ||
                (isEarned && _lacksFallback(earning, group, hasGroup));
        }
        return isProven;
    }

    // --- balance ---

    /// @notice Whether `IFaultProofs.proveBalance` holds.
    function proveBalance(
        IFaultProofs.Accused calldata accused,
        Link calldata payout,
        Link calldata previous
    ) external view returns (bool) {
        (bool isPresent, ) = Openings.openLeaf(_payoutsOf(accused), TreeKind.PAYOUT, payout, 0);
        if (previous.key != payout.key) revert IFaultProofs.WrongPlace(1);
        Root memory root = ICourtLedger(address(_ledger)).payoutsBefore(accused.epoch);
        uint128 before = Openings.openInput(root, TreeKind.PAYOUT, 0, previous, 1).sum;
        uint128 earned = isPresent ? Payloads.earnings(payout.payload).sum : 0;
        return PayoutChecks.isWrongBalance(payout.sum, before, earned);
    }

    // --- the statements ---

    /// @dev Points a: the entry has points, and the tally that it names is absent or says otherwise.
    function _lacksTally(Link[] calldata entry, Link[] calldata tally, bool isTallied) private pure returns (bool) {
        Payloads.Entry memory named = Payloads.entry(entry[2].payload);
        if (named.points == 0 || !_leadsTo(tally, named.recordIndex, entry[1].which, named.tallyIndex)) return false;
        if (!isTallied) return true;
        return
            PayoutChecks.deniesEntry(
                Payloads.tally(tally[2].payload),
                tally[2].sum,
                entry[1].key,
                entry[2].key,
                named.points
            );
    }

    /// @dev Points b: the entry that the tally names is absent or says otherwise.
    function _lacksEntry(Link[] calldata tally, Link[] calldata entry, bool isListed) private pure returns (bool) {
        Payloads.Tally memory named = Payloads.tally(tally[2].payload);
        if (!_leadsTo(entry, named.call, tally[1].which, named.entry)) return false;
        if (!isListed) return true;
        Payloads.Entry memory listed = Payloads.entry(entry[2].payload);
        return PayoutChecks.deniesTally(listed, tally[1].key, tally[2].key, tally[2].sum);
    }

    function _isWrongNet(Link calldata points) private pure returns (bool) {
        Payloads.Points memory judged = Payloads.points(points.payload);
        return PayoutChecks.isWrongNet(points.sum, judged.credits.sum, judged.debits.sum);
    }

    /// @dev Earning a. An honest group names its version. A record that counts as absent is on no list, so it has no points.
    function _isWrongOwner(
        IFaultProofs.Accused calldata accused,
        Link[] calldata points,
        Link calldata record
    ) private view returns (bool) {
        if (record.key != points[1].key) revert IFaultProofs.WrongPlace(points.length);
        ModelVersion version = Payloads.group(points[0].payload).version;
        IModelRegistry.Index memory index = _models.indexOf(version);
        Openings.Input memory input = Openings.openInput(
            Root(index.hash, index.sum),
            TreeKind.INDEX,
            _models.methodOf(version).k,
            record,
            points.length
        );
        if (!input.present) return true;
        ContributionId contribution = ContributionId.wrap(Payloads.contributionId(record.payload));
        PositionId earner = _datanets.earnerOf(contribution, _ledger.epochEnd(accused.epoch));
        if (PositionId.unwrap(earner) == 0) earner = _ledger.treasuryPosition();
        return Payloads.points(points[1].payload).positionId != PositionId.unwrap(earner);
    }

    /// @dev What a record gets of its group's pool: its part by the nets, in the order of the records (docs/formats.md §6.3).
    function _partOf(Link[] calldata points, uint128 prefix) private pure returns (uint128) {
        uint128 nets = Payloads.group(points[0].payload).points.sum;
        return CallChecks.amountOf(points[0].sum, prefix, points[1].sum, nets);
    }

    /// @dev Earning c: the record has a part, and the earning that it names is absent or says otherwise.
    function _lacksEarning(
        Link[] calldata points,
        uint128 part,
        Link[] calldata earning,
        bool isEarned
    ) private pure returns (bool) {
        Payloads.Points memory named = Payloads.points(points[1].payload);
        if (part == 0 || !_leadsTo(earning, named.positionId, named.earningIndex)) return false;
        return !isEarned || _deniesPart(earning[1], points[0].key, points[1].key, part);
    }

    /// @dev Earning d: the points leaf that the earning names is absent or says otherwise. One with no record is no record's.
    function _lacksPoints(Link[] calldata earning, Link[] calldata points, bool hasPoints) private pure returns (bool) {
        Payloads.Earning memory named = Payloads.earning(earning[1].payload);
        if (named.record == PayoutChecks.NONE || named.group != points[0].key) return false;
        if (points.length > 1 && named.record != points[1].key) return false;
        if (!hasPoints) return true;
        return PayoutChecks.deniesEarning(Payloads.points(points[1].payload), earning[0].key, earning[1].key);
    }

    /// @dev Earning e.
    function _isWrongFallback(Link calldata group) private pure returns (bool) {
        Payloads.Group memory judged = Payloads.group(group.payload);
        return PayoutChecks.isWrongFallback(group.sum, judged.points.sum, judged.fallbackEarningIndex);
    }

    /// @dev Earning f: the group has a fallback, and the treasury's earning that it names is absent or says otherwise.
    function _lacksFallbackEarning(
        Link calldata group,
        Link[] calldata earning,
        bool isEarned
    ) private view returns (bool) {
        uint32 place = Payloads.group(group.payload).fallbackEarningIndex;
        uint64 treasury = PositionId.unwrap(_ledger.treasuryPosition());
        if (place == PayoutChecks.NONE || !_leadsTo(earning, treasury, place)) return false;
        return !isEarned || _deniesPart(earning[1], group.key, PayoutChecks.NONE, group.sum);
    }

    /// @dev Earning g: the group that a fallback's earning names is absent or has not this fallback.
    function _lacksFallback(Link[] calldata earning, Link calldata group, bool hasGroup) private view returns (bool) {
        Payloads.Earning memory named = Payloads.earning(earning[1].payload);
        if (named.record != PayoutChecks.NONE || named.group != group.key) return false;
        if (!hasGroup) return true;
        uint64 treasury = PositionId.unwrap(_ledger.treasuryPosition());
        return PayoutChecks.deniesFallback(Payloads.group(group.payload), earning[0].key, earning[1].key, treasury);
    }

    // --- what they are made of ---

    function _deniesPart(
        Link calldata earning,
        uint64 group,
        uint64 record,
        uint128 amount
    ) private pure returns (bool) {
        return PayoutChecks.deniesPart(Payloads.earning(earning.payload), earning.sum, group, record, amount);
    }

    /// @dev Whether a chain in a group goes to this place, as far as it goes.
    function _leadsTo(Link[] calldata chain, uint64 second, uint8 which, uint64 third) private pure returns (bool) {
        if (chain.length == 1) return true;
        if (chain[1].key != second) return false;
        return chain.length == 2 || (chain[1].which == which && chain[2].key == third);
    }

    /// @dev Whether a chain in the payouts goes to this place, as far as it goes.
    function _leadsTo(Link[] calldata chain, uint64 position, uint64 place) private pure returns (bool) {
        return chain[0].key == position && (chain.length == 1 || chain[1].key == place);
    }
}
