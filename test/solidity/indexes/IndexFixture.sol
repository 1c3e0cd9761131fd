// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Test} from "forge-std/Test.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IIndexProofs} from "../../../contracts/interfaces/IIndexProofs.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IReservations} from "../../../contracts/interfaces/IReservations.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {DatanetRegistry} from "../../../contracts/registry/DatanetRegistry.sol";
import {ModelRegistry} from "../../../contracts/registry/ModelRegistry.sol";
import {IndexProofs} from "../../../contracts/royalties/IndexProofs.sol";
import {RoyaltyPositions} from "../../../contracts/royalties/RoyaltyPositions.sol";
import {ContributionId, DatanetId, ModelVersion} from "../../../contracts/types/Ids.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Method} from "../../../contracts/types/Method.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {Split} from "../../../contracts/types/Split.sol";
import {LedgerStandIn} from "../support/LedgerStandIn.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {TrickyToken} from "../support/TrickyToken.sol";

/// @notice A base model of one datanet and a derived model that adds another, with the index that is honest for the derived one. A test changes it, commits it and
/// accuses it.
abstract contract IndexFixture is Test {
    using SparseTree for SparseTree.Tree;

    uint16 internal constant COORDINATES = 32;
    uint32 internal constant NONE = type(uint32).max;
    uint32 internal constant TAU = 60_000;
    uint32 internal constant DELTA = 50_000;
    uint128 internal constant BOND = 1_001;
    uint128 internal constant REWARD = 500;
    uint128 internal constant DEPOSIT = 7;
    uint48 internal constant WINDOW = 300;
    uint48 internal constant REVEAL_BLOCKS = 50;
    uint256 internal constant RECORDS = 9;
    /// @dev The records of the base model, at the head of the layout.
    uint256 internal constant INHERITED = 5;

    /// @dev A record of the layout. @param accepted Place of its contribution in its datanet's accepted list.
    struct Record {
        uint64 contribution;
        uint64 accepted;
        uint32 index;
        bytes32 hash;
        bytes sketch;
        uint8 novelty;
        uint32 witness;
    }

    TrickyToken internal token;
    DatanetRegistry internal datanets;
    ModelRegistry internal models;
    IndexProofs internal proofs;
    ModelVersion internal base;
    ModelVersion internal derived;
    address internal curator = makeAddr("curator");
    address internal contributor = makeAddr("contributor");
    address internal developer = makeAddr("developer");
    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");

    function setUp() public virtual {
        vm.warp(1_000_000);
        vm.roll(1_000);
        token = new TrickyToken();
        LedgerStandIn ledger = new LedgerStandIn(address(token));
        RoyaltyPositions positions = new RoyaltyPositions(address(this), token);
        datanets = new DatanetRegistry(IRoyaltyLedger(address(ledger)), positions, 10, 100_000);
        models = new ModelRegistry(
            token,
            datanets,
            positions,
            address(this),
            IModelRegistry.Parameters(0, 1_000, BOND, BOND, WINDOW)
        );
        positions.bindMinters(address(datanets), address(models));
        proofs = new IndexProofs(models, datanets, IReservations.Parameters(DEPOSIT));
        address[] memory courts = new address[](2);
        (courts[0], courts[1]) = (address(proofs), address(this));
        models.bindCourts(courts);
        address[4] memory all = [contributor, developer, alice, bob];
        for (uint256 i; i < all.length; ++i) _fund(all[i]);
        _registerAll();
    }

    /// @dev The base model knows the first two contributions of the first datanet; the third one comes too late for both.
    function _registerAll() private {
        DatanetId first = _createDatanet();
        DatanetId second = _createDatanet();
        _accept(first, _content(1));
        _accept(first, _content(2));
        base = _register(first, new ModelVersion[](0));
        _accept(second, _content(3));
        _accept(first, _content(4));
        ModelVersion[] memory parents = new ModelVersion[](1);
        parents[0] = base;
        derived = _register(second, parents);
    }

    function _fund(address account) private {
        token.transfer(account, 1e24);
        vm.startPrank(account);
        token.approve(address(datanets), type(uint256).max);
        token.approve(address(models), type(uint256).max);
        token.approve(address(proofs), type(uint256).max);
        vm.stopPrank();
    }

    function _createDatanet() internal returns (DatanetId) {
        vm.prank(curator);
        return datanets.createDatanet(IDatanetRegistry.Terms(0, 0, 100, 0, 0, 0, 0, 0, 1), "");
    }

    function _accept(DatanetId datanet, bytes32[] memory content) internal {
        Root memory root = _contentTree(content).root();
        datanets.reserve(datanets.reservationOf(contributor, datanet, root, 0));
        vm.roll(vm.getBlockNumber() + 1);
        IDatanetRegistry.ContributionKind kind = IDatanetRegistry.ContributionKind.Data;
        vm.prank(contributor);
        ContributionId id = datanets.contribute(datanet, kind, root, 0, "", 0);
        vm.warp(vm.getBlockTimestamp() + 100);
        datanets.accept(id);
    }

    function _register(DatanetId datanet, ModelVersion[] memory parents) private returns (ModelVersion) {
        DatanetId[] memory list = new DatanetId[](1);
        list[0] = datanet;
        return _register(list, parents);
    }

    function _register(DatanetId[] memory list, ModelVersion[] memory parents) internal returns (ModelVersion version) {
        IModelRegistry.Registration memory r;
        r.parents = parents;
        r.datanets = list;
        r.split = Split({treasury: 0, gateway: 0, curators: 0, stakers: 0, developer: 0, data: 10_000});
        vm.prank(developer);
        (, version) = models.register(r);
    }

    // --- content ---

    /// @dev Record hashes of contribution `id`. The third contribution repeats a record of the first.
    function _content(uint64 id) internal pure returns (bytes32[] memory content) {
        content = new bytes32[]([uint256(3), 2, 4, 2][id - 1]);
        for (uint256 i; i < content.length; ++i) content[i] = keccak256(abi.encode("record", id, i));
        if (id == 3) content[1] = keccak256(abi.encode("record", 1, 2));
    }

    function _contentTree(bytes32[] memory content) internal pure returns (SparseTree.Tree memory tree) {
        tree = SparseTree.create(TreeKind.CONTENT, content.length);
        for (uint64 i; i < content.length; ++i) tree.set(i, i, 1, abi.encodePacked(TreeKind.CONTENT, content[i]));
    }

    // --- the honest index ---

    /// @dev What the layout and the rules of novelty make of sketches that follow from the seed.
    function _honest(uint256 seed) internal pure returns (Record[] memory records) {
        records = new Record[](RECORDS);
        uint256 r;
        for (uint64 id = 1; id <= 3; ++id) {
            bytes32[] memory content = _content(id);
            for (uint32 i; i < content.length; ++i) {
                records[r] = Record(id, id == 2 ? 1 : 0, i, content[i], _sketch(seed, r), 255, NONE);
                _rate(records, r++);
            }
        }
    }

    /// @dev Records of one class, of which there are three, are alike to a degree.
    function _sketch(uint256 seed, uint256 r) private pure returns (bytes memory sketch) {
        sketch = new bytes(COORDINATES);
        for (uint256 i; i < COORDINATES; ++i) {
            bytes32 own = keccak256(abi.encode(seed, r, i));
            bytes32 drawn = uint8(own[0]) < 64 ? own : keccak256(abi.encode(seed, r % 3, i, "class"));
            sketch[i] = drawn[1] == 0 ? bytes1(0x01) : drawn[1];
        }
    }

    /// @dev Novelty and witness of record `r` against those before it (docs/formats.md §6.4).
    function _rate(Record[] memory records, uint256 r) internal pure {
        (records[r].novelty, records[r].witness) = (255, NONE);
        for (uint32 j; j < r; ++j) {
            uint256 allowed = _novelty(records[r], records[j]);
            if (allowed < records[r].novelty) (records[r].novelty, records[r].witness) = (uint8(allowed), j);
        }
    }

    function _novelty(Record memory a, Record memory b) internal pure returns (uint256) {
        if (a.hash == b.hash) return 0;
        int256 dot = _dot(a.sketch, b.sketch);
        uint256 norm = Math.sqrt(uint256(_dot(a.sketch, a.sketch) * _dot(b.sketch, b.sketch)));
        uint256 cosine = dot <= 0 || norm == 0 ? 0 : (uint256(dot) * 65_536) / norm;
        if (cosine >= TAU) return 0;
        return cosine <= TAU - DELTA ? 255 : (255 * (TAU - cosine)) / DELTA;
    }

    function _dot(bytes memory a, bytes memory b) private pure returns (int256 sum) {
        for (uint256 i; i < a.length; ++i)
            sum += (int256(uint256(uint8(a[i]))) - 128) * (int256(uint256(uint8(b[i]))) - 128);
    }

    function _payload(Record memory r) internal pure returns (bytes memory) {
        uint32 sum;
        for (uint256 i; i < r.sketch.length; ++i) sum += uint8(r.sketch[i]);
        uint32 scale = r.novelty == 0 && r.witness == NONE ? 0 : 3;
        bytes memory head = abi.encodePacked(TreeKind.INDEX, r.hash, bytes32(0), r.contribution, r.index, scale);
        uint32 squares = uint32(uint256(_dot(r.sketch, r.sketch)));
        return abi.encodePacked(head, r.novelty, r.witness, sum, squares, r.sketch);
    }

    function _tree(Record[] memory records) internal pure returns (SparseTree.Tree memory tree) {
        tree = SparseTree.create(TreeKind.INDEX, records.length);
        for (uint64 r; r < records.length; ++r) tree.set(r, r, 1, _payload(records[r]));
    }

    // --- committing ---

    function _method() internal pure returns (Method memory) {
        return Method(COORDINATES, 1, 0, TAU, DELTA, 230, keccak256("spec"));
    }

    /// @dev Commits the tree as the derived model's index, whatever its sum.
    function _commit(SparseTree.Tree memory tree) internal returns (IIndexProofs.AccusedIndex memory) {
        return _commit(derived, Root(tree.root().hash, uint128(RECORDS)));
    }

    function _commit(ModelVersion version, Root memory root) internal returns (IIndexProofs.AccusedIndex memory) {
        uint32 sub = models.indexCommitsOf(version);
        vm.prank(developer);
        models.commitIndex(version, _method(), root, 0);
        return IIndexProofs.AccusedIndex(version, sub);
    }

    function _commit(Record[] memory records) internal returns (IIndexProofs.AccusedIndex memory) {
        return _commit(_tree(records));
    }

    function _link(Record[] memory records, uint64 place) internal pure returns (Link memory) {
        return _tree(records).link(place, 0);
    }

    function _assertEnded(IIndexProofs.AccusedIndex memory a) internal view {
        assertEq(uint8(models.indexStatus(a.version)), uint8(IModelRegistry.IndexStatus.None), "status");
    }

    /// @dev Nobody's money is missing, anywhere.
    function _assertCovered() internal view {
        (uint256 deposits, uint256 rewards) = proofs.owed();
        assertEq(token.balanceOf(address(proofs)), deposits + rewards, "court");
        assertEq(token.balanceOf(address(models)), models.owed(), "models");
    }
}
