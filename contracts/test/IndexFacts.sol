// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IDatanetRegistry} from "../interfaces/IDatanetRegistry.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {ContributionId, DatanetId, ModelVersion} from "../types/Ids.sol";
import {Method} from "../types/Method.sol";
import {Root} from "../types/Root.sol";

/// @notice What IndexProofs reads of models and datanets, as a test states it: to ask for its verdict on one proof after another. Every index is pending for ever.
contract IndexFacts {
    /// @param recordsBefore Of the contributions before it in its datanet.
    struct Accepted {
        ContributionId contribution;
        uint64 recordsBefore;
    }

    /// @param isWithdrawn Whether it was withdrawn before the version was registered.
    struct Content {
        ContributionId contribution;
        Root root;
        bool isWithdrawn;
    }

    uint48 private constant REGISTERED_AT = 1_800_000_000;

    Root private _index;
    Method private _method;
    uint64 private _records;
    IModelRegistry.Segment[] private _layout;
    mapping(DatanetId => Accepted[]) private _accepted;
    mapping(ContributionId => Content) private _contents;

    constructor(
        Method memory method,
        IModelRegistry.Segment[] memory segments,
        Accepted[][] memory accepted,
        Content[] memory contents
    ) {
        _method = method;
        for (uint256 i; i < segments.length; ++i) {
            _layout.push(segments[i]);
            _records += segments[i].records;
            for (uint256 j; j < accepted[i].length; ++j) _accepted[segments[i].datanet].push(accepted[i][j]);
        }
        for (uint256 i; i < contents.length; ++i) _contents[contents[i].contribution] = contents[i];
    }

    /// @notice States the root of the accused index.
    function accuse(bytes32 hash) external {
        _index = Root(hash, _records);
    }

    // --- as the registry of models ---

    function indexCommitsOf(ModelVersion) external pure returns (uint32) {
        return 1;
    }

    function indexStatus(ModelVersion) external pure returns (IModelRegistry.IndexStatus) {
        return IModelRegistry.IndexStatus.Pending;
    }

    function indexOf(ModelVersion) external view returns (IModelRegistry.Index memory index) {
        (index.hash, index.sum) = (_index.hash, _index.sum);
    }

    function methodOf(ModelVersion) external view returns (Method memory) {
        return _method;
    }

    function layoutOf(ModelVersion) external view returns (IModelRegistry.Segment[] memory) {
        return _layout;
    }

    function versionOf(ModelVersion) external pure returns (IModelRegistry.Version memory version) {
        version.registeredAt = REGISTERED_AT;
    }

    function endIndex(ModelVersion, address) external pure returns (uint128) {
        return 0;
    }

    // --- as the registry of datanets ---

    function token() external view returns (address) {
        return address(this);
    }

    function acceptedAt(DatanetId datanet, uint64 place) external view returns (ContributionId, uint64) {
        Accepted storage found = _accepted[datanet][place];
        return (found.contribution, found.recordsBefore);
    }

    function contributionOf(
        ContributionId contribution
    ) external view returns (IDatanetRegistry.Contribution memory found) {
        Root memory content = _contents[contribution].root;
        if (content.hash == 0) revert IDatanetRegistry.UnknownContribution(contribution);
        (found.contentHash, found.recordCount) = (content.hash, uint32(content.sum));
    }

    function isWithdrawn(ContributionId contribution, uint48 time) external view returns (bool) {
        return time == REGISTERED_AT && _contents[contribution].isWithdrawn;
    }
}
