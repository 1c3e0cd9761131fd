// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {Test} from "forge-std/Test.sol";
import {ERC721} from "solady/src/tokens/ERC721.sol";
import {IRoyaltyPositions} from "../../../contracts/interfaces/IRoyaltyPositions.sol";
import {PositionMetadata} from "../../../contracts/libraries/PositionMetadata.sol";
import {RoyaltyPositions} from "../../../contracts/royalties/RoyaltyPositions.sol";

/// @notice What a position says about itself: JSON that parses, and a picture that holds its number, kind and subject.
contract RoyaltyPositionsTokenURITest is Test {
    string private constant JSON_PREFIX = "data:application/json;base64,";
    string private constant SVG_PREFIX = "data:image/svg+xml;base64,";

    RoyaltyPositions private positions;

    function setUp() public {
        positions = new RoyaltyPositions(makeAddr("treasury"), IERC20(makeAddr("token")));
        positions.bindMinters(address(this), address(this));
    }

    /// @dev What follows the prefix, decoded.
    function _decode(string memory uri, string memory prefix) private pure returns (string memory) {
        bytes memory whole = bytes(uri);
        uint256 start = bytes(prefix).length;
        bytes memory body = new bytes(whole.length - start);
        for (uint256 i; i < whole.length; ++i) {
            if (i < start) assertEq(whole[i], bytes(prefix)[i], "prefix");
            else body[i - start] = whole[i];
        }
        return string(Base64.decode(string(body)));
    }

    function _json(uint256 id) private view returns (string memory) {
        return _decode(positions.tokenURI(id), JSON_PREFIX);
    }

    function _svg(string memory json) private pure returns (string memory) {
        return _decode(vm.parseJsonString(json, ".image"), SVG_PREFIX);
    }

    function _assertText(string memory svg, string memory text) private pure {
        assertTrue(vm.indexOf(svg, string.concat(">", text, "</text>")) != type(uint256).max, text);
    }

    function _mint(IRoyaltyPositions.PositionKind kind, uint64 subject) private returns (string memory json) {
        positions.mint(makeAddr("owner"), kind, subject);
        return _json(positions.positionCount());
    }

    function _assertSubject(
        string memory json,
        string memory kind,
        string memory subject,
        uint256 number
    ) private pure {
        assertEq(vm.parseJsonString(json, ".attributes[0].trait_type"), "kind");
        assertEq(vm.parseJsonString(json, ".attributes[0].value"), kind);
        assertEq(vm.parseJsonString(json, ".attributes[1].trait_type"), subject);
        assertEq(vm.parseJsonString(json, ".attributes[1].display_type"), "number");
        assertEq(vm.parseJsonUint(json, ".attributes[1].value"), number);
        string memory svg = _svg(json);
        _assertText(svg, kind);
        _assertText(svg, string.concat(subject, " ", vm.toString(number)));
    }

    function test_TokenURI_RevertsForAPositionThatDoesNotExist() public {
        vm.expectRevert(ERC721.TokenDoesNotExist.selector);
        positions.tokenURI(2);
        // An id whose low bits are those of a position is not that position.
        vm.expectRevert(ERC721.TokenDoesNotExist.selector);
        positions.tokenURI((1 << 64) + 1);
    }

    function test_TokenURI_OfTheTreasury() public view {
        string memory json = _json(1);
        assertEq(vm.parseJsonString(json, ".name"), "Tributary position 1");
        assertEq(
            vm.parseJsonString(json, ".description"),
            "The income of the treasury: whoever owns this token is paid what the royalty ledger owes to position 1."
        );
        assertEq(vm.parseJsonString(json, ".attributes[0].value"), "treasury");
        assertFalse(vm.keyExistsJson(json, ".attributes[1]"));
        string memory svg = _svg(json);
        _assertText(svg, "#1");
        _assertText(svg, "treasury");
        _assertText(svg, "Tributary");
    }

    function test_TokenURI_OfACurator() public {
        string memory json = _mint(IRoyaltyPositions.PositionKind.Curator, 4);
        assertEq(
            vm.parseJsonString(json, ".description"),
            "The income of the curator of datanet 4: whoever owns this token is paid what the royalty ledger owes to position 2."
        );
        _assertSubject(json, "curator", "datanet", 4);
    }

    function test_TokenURI_OfAContributor() public {
        string memory json = _mint(IRoyaltyPositions.PositionKind.Contributor, 5);
        assertEq(
            vm.parseJsonString(json, ".description"),
            "The income of a contributor to datanet 5: whoever owns this token is paid what the royalty ledger owes to position 2."
        );
        _assertSubject(json, "contributor", "datanet", 5);
    }

    function test_TokenURI_OfADeveloper() public {
        string memory json = _mint(IRoyaltyPositions.PositionKind.Developer, 6);
        assertEq(
            vm.parseJsonString(json, ".description"),
            "The income of the developer of model 6: whoever owns this token is paid what the royalty ledger owes to position 2."
        );
        _assertSubject(json, "developer", "model", 6);
    }

    function testFuzz_TokenURI_ParsesForAnyPosition(uint256 id, uint8 kind, uint64 subject) public pure {
        IRoyaltyPositions.Position memory position = IRoyaltyPositions.Position(
            IRoyaltyPositions.PositionKind(bound(kind, 1, 4)),
            subject
        );
        string memory json = _decode(PositionMetadata.tokenURI(id, position), JSON_PREFIX);
        assertEq(vm.parseJsonString(json, ".name"), string.concat("Tributary position ", vm.toString(id)));
        _assertText(_svg(json), string.concat("#", vm.toString(id)));
    }
}
