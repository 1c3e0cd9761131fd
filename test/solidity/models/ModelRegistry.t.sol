// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {ModelId, ModelVersion, PositionId} from "../../../contracts/types/Ids.sol";
import {Ancestor} from "../../../contracts/types/Split.sol";
import {ModelsFixture} from "../support/ModelsFixture.sol";

/// @notice Prices of versions, and what the registry tells of them.
contract ModelRegistryTest is ModelsFixture {
    ModelVersion private _version;

    function setUp() public override {
        super.setUp();
        IModelRegistry.Registration memory r = _registration();
        r.datanets = _list(PAID, FREE);
        _version = _register(r);
    }

    function test_SetPrice_RevertsForUnknownVersion() public {
        vm.expectRevert(_unknown());
        vm.prank(_developer);
        _models.setPrice(ModelVersion.wrap(2), 1, 2);
    }

    function test_SetPrice_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotModelOwner.selector, 1, _stranger));
        vm.prank(_stranger);
        _models.setPrice(_version, 1, 2);
    }

    function test_SetPrice_SetsBothPrices() public {
        vm.expectEmit(address(_models));
        emit IModelRegistry.PriceSet(_version, 1, type(uint128).max);
        vm.prank(_developer);
        _models.setPrice(_version, 1, type(uint128).max);
        (uint128 inputPrice, uint128 outputPrice) = _models.pricesOf(_version);
        assertEq(inputPrice, 1);
        assertEq(outputPrice, type(uint128).max);
    }

    function test_SetPrice_FollowsTheModelsOwner() public {
        vm.prank(_developer);
        _models.transferFrom(_developer, _stranger, 1);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotModelOwner.selector, 1, _developer));
        vm.prank(_developer);
        _models.setPrice(_version, 1, 2);
        vm.prank(_stranger);
        _models.setPrice(_version, 1, 2);
    }

    function test_Views_RevertForUnknownVersion() public {
        ModelVersion unknown = ModelVersion.wrap(2);
        vm.expectRevert(_unknown());
        _models.versionOf(unknown);
        vm.expectRevert(_unknown());
        _models.splitOf(unknown);
        vm.expectRevert(_unknown());
        _models.closingOf(unknown);
        vm.expectRevert(_unknown());
        _models.curatorsOf(unknown);
        vm.expectRevert(_unknown());
        _models.segmentsOf(unknown);
        vm.expectRevert(_unknown());
        _models.layoutOf(unknown);
        vm.expectRevert(_unknown());
        _models.pricesOf(unknown);
    }

    function test_Views_AreEmptyWithoutIndex() public view {
        assertEq(_models.indexOf(_version).hash, 0);
        assertEq(_models.methodOf(_version).k, 0);
        assertTrue(_models.indexStatus(ModelVersion.wrap(2)) == IModelRegistry.IndexStatus.None);
    }

    function test_TokenURI_RevertsForUnknownModel() public {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 2));
        _models.tokenURI(2);
    }

    function test_TokenURI_IsTheModelsAsRegistered() public {
        IModelRegistry.Registration memory r = _registration();
        r.uri = "ipfs://second version";
        vm.prank(_developer);
        _models.registerVersion(ModelId.wrap(1), r);
        assertEq(_models.tokenURI(1), "ipfs://model");
    }

    function test_ClosingOf_AgreesWithTheOtherViews() public {
        IModelRegistry.Registration memory r = _derivedFrom(_version, 300);
        ModelVersion child = _register(r);
        IModelRegistry.Closing memory closing = _models.closingOf(child);
        assertEq(closing.model, ModelId.wrap(2));
        assertEq(closing.developerPosition, _models.versionOf(child).developerPosition);
        assertEq(closing.split, r.split);
        (, Ancestor[] memory ancestors) = _models.splitOf(child);
        assertEq(keccak256(abi.encode(closing.ancestors)), keccak256(abi.encode(ancestors)));
        (PositionId[] memory curators, uint256[] memory records) = _models.curatorsOf(child);
        assertEq(keccak256(abi.encode(closing.curators)), keccak256(abi.encode(curators)));
        assertEq(keccak256(abi.encode(closing.curatedRecords)), keccak256(abi.encode(records)));
        assertFalse(closing.isUsable);
        _commitIndex(child);
        vm.warp(block.timestamp + INDEX_WINDOW);
        assertTrue(_models.closingOf(child).isUsable);
    }

    function _unknown() private pure returns (bytes memory) {
        return abi.encodeWithSelector(IModelRegistry.UnknownVersion.selector, 2);
    }
}
