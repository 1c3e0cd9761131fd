// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Test} from "forge-std/Test.sol";
import {IRoyaltyPositions} from "../../../contracts/interfaces/IRoyaltyPositions.sol";
import {RoyaltyPositions} from "../../../contracts/royalties/RoyaltyPositions.sol";
import {PositionId} from "../../../contracts/types/Ids.sol";

/// @notice Positions whose registries are accounts of the test.
abstract contract PositionsFixture is Test {
    RoyaltyPositions internal positions;
    address internal treasury = makeAddr("treasury");
    address internal datanets = makeAddr("datanets");
    address internal models = makeAddr("models");
    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");
    IERC20 internal token = IERC20(makeAddr("token"));

    function setUp() public virtual {
        positions = new RoyaltyPositions(treasury, token);
    }

    function _bind() internal {
        positions.bindMinters(datanets, models);
    }

    function _mint(address to) internal returns (PositionId) {
        vm.prank(datanets);
        return positions.mint(to, IRoyaltyPositions.PositionKind.Contributor, 7);
    }

    /// @dev As the primary vault reads it.
    function _assertWord(PositionId position, address owner, uint128 claimed, bool hasDirect) internal {
        vm.prank(positions.vault());
        (address owner_, uint128 claimed_, bool hasDirect_) = positions.raiseTo(position, 0);
        assertEq(owner_, owner);
        assertEq(claimed_, claimed);
        assertEq(hasDirect_, hasDirect);
    }
}
