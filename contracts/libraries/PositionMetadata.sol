// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {IRoyaltyPositions} from "../interfaces/IRoyaltyPositions.sol";

/// @notice What a position says about itself, as data URIs that need no server: ERC-721 metadata and its picture.
/// @dev Every part is a constant or a number, so nothing has to be escaped.
library PositionMetadata {
    using Strings for uint256;

    // solhint-disable quotes

    /// @notice The metadata JSON: name, description, image, kind, and the datanet or the model whose income it is.
    function tokenURI(
        uint256 positionId,
        IRoyaltyPositions.Position memory position
    ) internal pure returns (string memory) {
        string memory kind = kindOf(position.kind);
        string memory subject = subjectOf(position.kind);
        string memory number = uint256(position.subject).toString();
        bool hasSubject = bytes(subject).length != 0;
        string memory json = string.concat(
            '{"name":"Tributary position ',
            positionId.toString(),
            '","description":"The income of ',
            _earnerOf(position.kind),
            hasSubject ? string.concat(" ", subject, " ", number) : "",
            ": whoever owns this token is paid what the royalty ledger owes to position ",
            positionId.toString(),
            '.","image":"data:image/svg+xml;base64,',
            Base64.encode(bytes(image(positionId, position))),
            '","attributes":[{"trait_type":"kind","value":"',
            kind,
            hasSubject
                ? string.concat('"},{"trait_type":"', subject, '","display_type":"number","value":', number, "}]}")
                : '"}]}'
        );
        return string.concat("data:application/json;base64,", Base64.encode(bytes(json)));
    }

    /// @notice The picture (SVG): the position's number, kind and subject beside a stream in the colour of the kind that joins a river.
    function image(
        uint256 positionId,
        IRoyaltyPositions.Position memory position
    ) internal pure returns (string memory) {
        string memory subject = subjectOf(position.kind);
        return
            string.concat(
                '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400"><rect width="400" height="400" fill="#0b1d2a"/>',
                '<g fill="none" stroke-linecap="round"><path d="M-20 150C120 150 250 130 420 40" stroke="#27506b" stroke-width="36"/>',
                '<path d="M70-20C70 70 130 147 232 118C290 101 352 76 420 40" stroke="',
                _colourOf(position.kind),
                '" stroke-width="14"/></g><g fill="#fff" font-family="system-ui,sans-serif"><text x="32" y="262" font-size="56" font-weight="700">#',
                positionId.toString(),
                '</text><text x="32" y="316" font-size="36">',
                kindOf(position.kind),
                '</text><text x="32" y="360" font-size="26" fill="#a9c4d4">',
                bytes(subject).length != 0
                    ? string.concat(subject, " ", uint256(position.subject).toString())
                    : "Tributary",
                "</text></g></svg>"
            );
    }

    // solhint-enable quotes

    /// @notice Name of a kind, in lower case.
    function kindOf(IRoyaltyPositions.PositionKind kind) internal pure returns (string memory) {
        if (kind == IRoyaltyPositions.PositionKind.Treasury) return "treasury";
        if (kind == IRoyaltyPositions.PositionKind.Curator) return "curator";
        if (kind == IRoyaltyPositions.PositionKind.Contributor) return "contributor";
        return "developer";
    }

    /// @notice What the subject's number counts; empty for the treasury, which has none.
    function subjectOf(IRoyaltyPositions.PositionKind kind) internal pure returns (string memory) {
        if (kind == IRoyaltyPositions.PositionKind.Treasury) return "";
        return kind == IRoyaltyPositions.PositionKind.Developer ? "model" : "datanet";
    }

    function _earnerOf(IRoyaltyPositions.PositionKind kind) private pure returns (string memory) {
        if (kind == IRoyaltyPositions.PositionKind.Treasury) return "the treasury";
        if (kind == IRoyaltyPositions.PositionKind.Curator) return "the curator of";
        if (kind == IRoyaltyPositions.PositionKind.Contributor) return "a contributor to";
        return "the developer of";
    }

    function _colourOf(IRoyaltyPositions.PositionKind kind) private pure returns (string memory) {
        if (kind == IRoyaltyPositions.PositionKind.Treasury) return "#e0b84c";
        if (kind == IRoyaltyPositions.PositionKind.Curator) return "#a58bff";
        if (kind == IRoyaltyPositions.PositionKind.Contributor) return "#3ecf8e";
        return "#5aa9ff";
    }
}
