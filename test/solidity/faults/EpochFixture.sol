// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {ContributionId, Epoch, ModelVersion, PositionId} from "../../../contracts/types/Ids.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Method} from "../../../contracts/types/Method.sol";
import {FormChecker} from "../../../contracts/royalties/faults/FormChecker.sol";
import {PayoutChecker} from "../../../contracts/royalties/faults/PayoutChecker.sol";
import {EpochStandIn} from "../support/EpochStandIn.sol";
import {ProposedEpoch} from "../support/ProposedEpoch.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {EpochWorlds} from "./EpochWorlds.sol";

/// @notice An epoch before the checkers of payouts and of form. A test changes its honest proposal and presents that.
abstract contract EpochFixture is EpochWorlds {
    using SparseTree for SparseTree.Tree;
    using ProposedEpoch for ProposedEpoch.Proposal;

    uint16 internal constant COORDINATES = 32;
    Epoch internal constant EPOCH = Epoch.wrap(7);
    uint32 internal constant PROPOSAL = 1;

    EpochStandIn internal _chain;
    PayoutChecker internal _payoutChecker;
    FormChecker internal _formChecker;

    function setUp() public virtual {
        _chain = new EpochStandIn();
        _chain.setPositionCount(POSITIONS);
        IRoyaltyLedger ledger = IRoyaltyLedger(address(_chain));
        IModelRegistry models = IModelRegistry(address(_chain));
        _payoutChecker = new PayoutChecker(ledger, models, IDatanetRegistry(address(_chain)));
        _formChecker = new FormChecker(ledger, models);
    }

    // --- presenting ---

    /// @dev The honest proposal of the plain world, presented.
    function _start() internal returns (ProposedEpoch.Proposal memory p) {
        World memory world = _plainWorld();
        p = _compute(world);
        _present(world, p);
    }

    /// @dev Has the chain state the proposal's roots.
    function _propose(ProposedEpoch.Proposal memory p) internal {
        _chain.setProposal(EPOCH, PROPOSAL, p.groupsTree().root(), p.payoutsTree().root());
    }

    /// @dev The leaves but one.
    function _without(
        ProposedEpoch.Points[] memory leaves,
        uint256 index
    ) internal pure returns (ProposedEpoch.Points[] memory fewer) {
        fewer = new ProposedEpoch.Points[](leaves.length - 1);
        for (uint256 i; i < fewer.length; ++i) fewer[i] = leaves[i < index ? i : i + 1];
    }

    /// @dev Has the chain state the epoch of the world, and the proposal's roots.
    function _present(World memory world, ProposedEpoch.Proposal memory p) internal {
        _chain.removeGroups(EPOCH);
        for (uint64 g; g < GROUPS; ++g) {
            ModelVersion version = ModelVersion.wrap(_version(g));
            _chain.addGroup(EPOCH, version, uint32(CALLS), world.pools[g]);
            Method memory method;
            (method.k, method.topK) = (COORDINATES, TOP_K);
            _chain.setIndex(version, _index(g).root(), method);
            for (uint64 r; r < RECORDS; ++r) {
                _chain.setEarner(ContributionId.wrap(_contribution(g, r)), PositionId.wrap(world.owners[g][r]));
            }
        }
        _chain.setPayouts(_previous(world).root());
        _propose(p);
    }

    function _previous(World memory world) internal pure returns (SparseTree.Tree memory tree) {
        tree = SparseTree.create(TreeKind.PAYOUT, POSITIONS);
        uint256 count;
        bytes memory payload = abi.encodePacked(TreeKind.PAYOUT, bytes32(0), uint128(0), uint8(32));
        for (uint64 p = 1; p <= POSITIONS; ++p) {
            if (world.previous[p] != 0) tree.leaves[count++] = SparseTree.Leaf(p, world.previous[p], payload);
        }
        SparseTree.Leaf[] memory leaves = tree.leaves;
        assembly ("memory-safe") {
            mstore(leaves, count)
        }
    }

    /// @dev The index of a group's version; all of its sketches are 0.
    function _index(uint64 g) internal pure returns (SparseTree.Tree memory tree) {
        tree = SparseTree.create(TreeKind.INDEX, RECORDS);
        for (uint32 r; r < RECORDS; ++r) tree.set(r, r, 1, _indexPayload(_contribution(g, r), r));
    }

    function _indexPayload(uint64 contribution, uint32 r) internal pure returns (bytes memory) {
        bytes memory head = abi.encodePacked(TreeKind.INDEX, bytes32("record"), bytes32(0), contribution, r, uint32(0));
        bytes memory tail = abi.encodePacked(uint8(255), NONE, uint32(COORDINATES) * 128, uint32(0));
        bytes32 zeros = bytes32((type(uint256).max / 255) * 128);
        return abi.encodePacked(head, tail, zeros);
    }

    function _contribution(uint64 g, uint64 r) internal pure returns (uint64) {
        return 100 * (g + 1) + r;
    }

    function _accused() internal pure returns (IFaultProofs.Accused memory) {
        return IFaultProofs.Accused(EPOCH, PROPOSAL);
    }

    /// @dev A chain of one link.
    function _one(Link memory link) internal pure returns (Link[] memory chain) {
        chain = new Link[](1);
        chain[0] = link;
    }
}
