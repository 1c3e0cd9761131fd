// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IRoyaltyPositions} from "../../../contracts/interfaces/IRoyaltyPositions.sol";
import {ModelRegistry} from "../../../contracts/registry/ModelRegistry.sol";
import {RoyaltyPositions} from "../../../contracts/royalties/RoyaltyPositions.sol";
import {HostileToken} from "../../../contracts/test/HostileToken.sol";
import {DatanetId, ModelId, ModelVersion, PositionId} from "../../../contracts/types/Ids.sol";
import {Method} from "../../../contracts/types/Method.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {Split} from "../../../contracts/types/Split.sol";

/// @notice The functions of datanets that models call, over datanets that a test describes freely.
contract DatanetsStandIn {
    mapping(DatanetId => IDatanetRegistry.Terms) private _terms;
    mapping(DatanetId => uint64) private _contributions;
    mapping(DatanetId => uint64) private _records;
    mapping(DatanetId => uint64) private _withdrawn;
    mapping(DatanetId => PositionId) public curatorPositionOf;
    mapping(DatanetId => uint256) public paidTo;
    IERC20 private immutable _token;

    constructor(IERC20 token) {
        _token = token;
    }

    function set(
        DatanetId datanet,
        PositionId curator,
        uint64 contributions,
        uint64 records,
        uint128 licenceFee,
        uint16 leastDataShareBps,
        uint32 allowedUses
    ) external {
        curatorPositionOf[datanet] = curator;
        _contributions[datanet] = contributions;
        _records[datanet] = records;
        _terms[datanet].licenceFee = licenceFee;
        _terms[datanet].leastDataShareBps = leastDataShareBps;
        _terms[datanet].allowedUses = allowedUses;
    }

    function termsOf(DatanetId datanet) external view returns (IDatanetRegistry.Terms memory) {
        if (PositionId.unwrap(curatorPositionOf[datanet]) == 0) revert IDatanetRegistry.UnknownDatanet(datanet);
        return _terms[datanet];
    }

    function acceptedOf(DatanetId datanet) external view returns (uint64 count, uint64 records) {
        return (_contributions[datanet], _records[datanet]);
    }

    function licensedRecordsOf(DatanetId datanet) external view returns (uint64) {
        return _records[datanet] - _withdrawn[datanet];
    }

    function withdraw(DatanetId datanet, uint64 records) external {
        _withdrawn[datanet] += records;
    }

    function payLicence(DatanetId datanet, uint128 amount) external {
        paidTo[datanet] += amount;
        // solhint-disable-next-line gas-custom-errors
        require(_token.transferFrom(msg.sender, address(this), amount));
    }
}

/// @notice A registry of models with three datanets, a developer who can pay, and governance.
abstract contract ModelsFixture is Test {
    uint128 internal constant INDEX_BOND = 50e18;
    uint128 internal constant MOST_INDEX_BOND = 500e18;
    uint48 internal constant INDEX_WINDOW = 300;
    uint16 internal constant TREASURY_LEAST = 100;
    uint16 internal constant TREASURY_MOST = 500;
    uint128 internal constant LICENCE_FEE = 1_000e18 + 7;
    uint16 internal constant LEAST_DATA_SHARE = 5_000;
    uint64 internal constant RECORDS = 92;
    uint64 internal constant MORE_RECORDS = 17;

    /// @dev The first asks for a licence fee and a data share; the second for nothing.
    DatanetId internal constant PAID = DatanetId.wrap(1);
    DatanetId internal constant FREE = DatanetId.wrap(2);
    DatanetId internal constant EMPTY = DatanetId.wrap(3);
    PositionId internal constant TREASURY_POSITION = PositionId.wrap(1);
    PositionId internal constant CURATOR = PositionId.wrap(2);
    PositionId internal constant SECOND_CURATOR = PositionId.wrap(3);

    address internal immutable _governance = makeAddr("governance");
    address internal immutable _developer = makeAddr("developer");
    address internal immutable _stranger = makeAddr("stranger");
    address internal immutable _treasury = makeAddr("treasury");

    HostileToken internal _token;
    RoyaltyPositions internal _positions;
    DatanetsStandIn internal _datanets;
    ModelRegistry internal _models;

    function setUp() public virtual {
        vm.warp(1_700_000_000);
        _token = new HostileToken();
        _datanets = new DatanetsStandIn(_token);
        _replaceModels(_parameters());
        _datanets.set(PAID, CURATOR, 3, RECORDS, LICENCE_FEE, LEAST_DATA_SHARE, 1);
        _datanets.set(FREE, SECOND_CURATOR, 1, MORE_RECORDS, 0, 0, 7);
        _datanets.set(EMPTY, CURATOR, 0, 0, 0, 0, 1);
    }

    /// @dev Deploys the registry with positions of its own, whom the developer and a stranger can pay.
    function _replaceModels(IModelRegistry.Parameters memory p) internal {
        _positions = new RoyaltyPositions(_treasury, _token);
        _models = _deploy(p);
        _positions.bindMinters(address(this), address(_models));
        _positions.mint(makeAddr("curator"), _curatorKind(), 1);
        _positions.mint(makeAddr("second curator"), _curatorKind(), 2);
        for (uint256 i; i < 2; ++i) {
            address payer = i == 0 ? _developer : _stranger;
            _token.transfer(payer, 1e24);
            vm.prank(payer);
            _token.approve(address(_models), type(uint256).max);
        }
    }

    function _deploy(IModelRegistry.Parameters memory p) internal returns (ModelRegistry) {
        return new ModelRegistry(_token, IDatanetRegistry(address(_datanets)), _positions, _governance, p);
    }

    function _parameters() internal pure returns (IModelRegistry.Parameters memory) {
        return IModelRegistry.Parameters(TREASURY_LEAST, TREASURY_MOST, INDEX_BOND, MOST_INDEX_BOND, INDEX_WINDOW);
    }

    function _split() internal pure returns (Split memory) {
        return Split({treasury: 200, gateway: 500, curators: 300, stakers: 400, developer: 1_600, data: 7_000});
    }

    /// @dev A base model on the first datanet that asks 300 bps of what derives from it.
    function _registration() internal pure returns (IModelRegistry.Registration memory r) {
        r.weightsHash = keccak256("weights");
        r.parents = new ModelVersion[](0);
        r.datanets = _list(PAID);
        r.split = _split();
        r.royaltyBps = 300;
        r.inputPrice = 3e18;
        r.outputPrice = 15e18;
        r.uri = "ipfs://model";
    }

    /// @dev A model without data of its own that derives from the given version and pays its developer `owed` in all.
    function _derivedFrom(
        ModelVersion parent,
        uint16 owed
    ) internal pure returns (IModelRegistry.Registration memory r) {
        r = _registration();
        r.parents = _list(parent);
        r.datanets = new DatanetId[](0);
        r.split.developer -= owed;
        r.royaltyBps = 200;
    }

    function _register(IModelRegistry.Registration memory r) internal returns (ModelVersion version) {
        vm.prank(_developer);
        (, version) = _models.register(r);
    }

    function _method() internal pure returns (Method memory) {
        return Method(256, 32, 192, 64_225, 6_554, 230, keccak256("spec"));
    }

    function _commitIndex(ModelVersion version) internal returns (Root memory root) {
        root = Root(keccak256("index"), _models.versionOf(version).records);
        vm.prank(_developer);
        _models.commitIndex(version, _method(), root, keccak256("bundle"));
    }

    function _curatorKind() private pure returns (IRoyaltyPositions.PositionKind) {
        return IRoyaltyPositions.PositionKind.Curator;
    }

    // --- lists ---

    function _list(DatanetId a) internal pure returns (DatanetId[] memory list) {
        list = new DatanetId[](1);
        list[0] = a;
    }

    function _list(DatanetId a, DatanetId b) internal pure returns (DatanetId[] memory list) {
        list = new DatanetId[](2);
        (list[0], list[1]) = (a, b);
    }

    function _list(ModelVersion a) internal pure returns (ModelVersion[] memory list) {
        list = new ModelVersion[](1);
        list[0] = a;
    }

    function _list(ModelVersion a, ModelVersion b) internal pure returns (ModelVersion[] memory list) {
        list = new ModelVersion[](2);
        (list[0], list[1]) = (a, b);
    }

    // --- comparisons ---

    function assertEq(ModelVersion a, ModelVersion b) internal pure {
        assertEq(uint256(ModelVersion.unwrap(a)), ModelVersion.unwrap(b));
    }

    function assertEq(ModelId a, ModelId b) internal pure {
        assertEq(uint256(ModelId.unwrap(a)), ModelId.unwrap(b));
    }

    function assertEq(PositionId a, PositionId b) internal pure {
        assertEq(uint256(PositionId.unwrap(a)), PositionId.unwrap(b));
    }

    function assertEq(Split memory a, Split memory b) internal pure {
        assertEq(keccak256(abi.encode(a)), keccak256(abi.encode(b)));
    }
}
