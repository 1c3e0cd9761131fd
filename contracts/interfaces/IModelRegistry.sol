// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DatanetId, ModelId, ModelVersion, PositionId} from "../types/Ids.sol";
import {Method} from "../types/Method.sol";
import {Root} from "../types/Root.sol";
import {Ancestor, Split} from "../types/Split.sol";

/// @notice Models, their versions, lineage and splits, and the attribution index of each version.
interface IModelRegistry {
    /// @notice Fixed at deployment, but for the two that governance may move inside the others.
    /// @param treasuryLeastBps Least treasury share of a split at first; at most `treasuryMostBps`, which is at most 2,000.
    /// @param indexBond Bond of an index commit at first, base units of the registry's token, and its least; at most `mostIndexBond`.
    /// @param indexWindowSeconds From an index commit to its use.
    struct Parameters {
        uint16 treasuryLeastBps;
        uint16 treasuryMostBps;
        uint128 indexBond;
        uint128 mostIndexBond;
        uint48 indexWindowSeconds;
    }

    /// @param weightsHash keccak256 of the weights (or adapter) file.
    /// @param parents Versions it derives from, the principal one first; empty for a base model.
    /// @param datanets Datanets it trained on, in the order of its index layout; none of those in the principal parent's layout.
    /// @param split Division of every fee; with the ancestors' shares it must total 10,000.
    /// @param royaltyBps What models that derive from it owe its developer, at most 10,000.
    /// @param inputPrice Price per 1,000 input tokens, base units of the registry's token; `outputPrice` likewise.
    struct Registration {
        bytes32 weightsHash;
        ModelVersion[] parents;
        DatanetId[] datanets;
        Split split;
        uint16 royaltyBps;
        uint128 inputPrice;
        uint128 outputPrice;
        string uri;
    }

    /// @notice One datanet's part of an index layout: the records of its first `contributions` accepted contributions.
    struct Segment {
        DatanetId datanet;
        uint64 contributions;
        uint64 records;
    }

    struct Version {
        ModelId model;
        ModelVersion principalParent;
        uint48 registeredAt;
        uint64 records;
        uint64 parentRecords;
        uint16 royaltyBps;
        PositionId developerPosition;
        bytes32 weightsHash;
    }

    enum IndexStatus {
        None,
        Pending,
        Usable
    }

    struct Index {
        bytes32 hash;
        uint128 sum;
        uint48 committedAt;
        uint48 usableAt;
        address committer;
        uint128 bond;
        bytes32 methodId;
        bytes32 bundleHash;
    }

    /// @notice What a till needs to know of a version to divide a fee.
    /// @param curators The curators' positions along the whole index layout. @param curatedRecords The records they stand for, likewise.
    struct Closing {
        ModelId model;
        bool isUsable;
        PositionId developerPosition;
        Split split;
        Ancestor[] ancestors;
        PositionId[] curators;
        uint256[] curatedRecords;
    }

    event ModelRegistered(ModelId indexed model, address indexed developer, PositionId developerPosition, string uri);
    event VersionRegistered(
        ModelVersion indexed version,
        ModelId indexed model,
        bytes32 weightsHash,
        ModelVersion[] parents,
        Segment[] segments,
        Split split,
        Ancestor[] ancestors,
        uint64 records,
        uint128 inputPrice,
        uint128 outputPrice,
        uint16 royaltyBps
    );
    event PriceSet(ModelVersion indexed version, uint128 inputPrice, uint128 outputPrice);
    event LicencePaid(ModelVersion indexed version, DatanetId indexed datanet, uint128 fee);
    event IndexCommitted(
        ModelVersion indexed version,
        bytes32 indexed methodId,
        Root root,
        Method method,
        bytes32 bundleHash,
        address committer,
        uint128 bond,
        uint48 usableAt
    );
    event IndexBondReturned(ModelVersion indexed version, address indexed committer, uint128 bond);
    /// @param sub Number of the commit among the version's. @param reward What `prover` was paid; 0 where it could not receive. @param burned The rest of the bond.
    event IndexEnded(
        ModelVersion indexed version,
        uint32 indexed sub,
        address indexed prover,
        uint128 reward,
        uint128 burned
    );
    /// @notice The index becomes usable later than its commit said.
    event IndexHeld(ModelVersion indexed version, uint32 indexed sub, uint48 usableAt);
    event CourtNamed(address indexed court);
    event TreasuryLeastBpsSet(uint16 bps);
    event IndexBondSet(uint128 bond);

    error UnknownModel(ModelId model);
    error UnknownVersion(ModelVersion version);
    error NotModelOwner(ModelId model, address caller);
    error NotGovernance(address caller);
    error SplitTotal(uint256 total);
    error TreasuryShareOutOfRange(uint16 bps, uint16 least, uint16 most);
    error RoyaltyTooHigh(uint16 bps);
    error DataShareTooLow(DatanetId datanet, uint16 least, uint16 granted);
    error TooManyAncestors(uint256 count);
    error TooManyDatanets(uint256 count);
    error DuplicateDatanet(DatanetId datanet);
    error DatanetInherited(DatanetId datanet);
    error TrainingNotAllowed(DatanetId datanet);
    error NoRecords();
    error TooManyRecords(uint256 count);
    error IndexExists(ModelVersion version);
    error NoIndex(ModelVersion version);
    error EmptyIndexRoot();
    error IndexCountMismatch(uint128 sum, uint64 records);
    error InvalidMethod(string field);
    error NotDeployer(address caller);
    error AlreadyBound();
    error NotCourt(address caller);
    error IndexNotPending(ModelVersion version);
    error HoldTooLong(uint48 until, uint48 latest);
    error IndexWindowOpen(ModelVersion version, uint48 until);
    error NoIndexBondHeld(ModelVersion version);
    error AmountMismatch(uint256 expected, uint256 received);
    error InvalidParameter(string name);
    error IndexBondTooLow(uint128 bond, uint128 least);

    /// @notice Names the courts that end an index which is shown to be wrong; once, by the deployer, who has no right but this one.
    function bindCourts(address[] calldata courts) external;

    /// @notice Registers a model with its first version. The caller owns the model (an ERC-721 token of this contract) and its developer's position.
    function register(Registration calldata registration) external returns (ModelId, ModelVersion);

    /// @notice Registers a further version of a model; only the model's owner. The developer's position stays.
    function registerVersion(ModelId model, Registration calldata registration) external returns (ModelVersion);

    /// @notice Changes the prices of a version; only the model's owner. They are asked, not enforced: a gateway reads them before it quotes a call.
    function setPrice(ModelVersion version, uint128 inputPrice, uint128 outputPrice) external;

    /// @notice Commits the attribution index of a version under a bond; only the model's owner. It is usable once its window has passed, and final from then on.
    /// @param root Tree of kind `index`; its sum must be the layout's record count.
    function commitIndex(ModelVersion version, Method calldata method, Root calldata root, bytes32 bundleHash) external;

    /// @notice Ends an index commit whose window is open: the version has no index, and another can be committed. Half of its bond, rounded down, is paid to
    /// `prover`, or burns with the rest if it cannot receive. Only a court.
    /// @return reward What was paid.
    function endIndex(ModelVersion version, address prover) external returns (uint128 reward);

    /// @notice Puts off when a pending index is usable, until a time at most 30 days after its window; never brings it forward. Only a court.
    function holdIndex(ModelVersion version, uint48 until) external;

    /// @notice Returns the index bond to the committer after the window; reverts with `NoIndexBondHeld` if there was none or it was returned, and as
    /// the token does if the committer cannot receive it, so that it can be tried again. Anyone may call.
    function returnIndexBond(ModelVersion version) external;

    /// @notice Sets the least treasury share of splits registered from now on, at most `treasuryMostBps`; only governance.
    function setTreasuryLeastBps(uint16 bps) external;

    /// @notice Sets the bond of index commits from now on, from `leastIndexBond` to `mostIndexBond`, else `IndexBondTooLow` or `InvalidParameter`; only
    /// governance.
    function setIndexBond(uint128 bond) external;

    /// @notice The one account that may move a parameter inside its limits.
    function governance() external view returns (address);

    /// @notice As they are now.
    function parameters() external view returns (Parameters memory);

    /// @notice Bond of the next index commit.
    function indexBond() external view returns (uint128);

    /// @notice What `indexBond` was at deployment and can never be set below: without a bond, a false index would cost only gas.
    function leastIndexBond() external view returns (uint128);

    /// @notice From an index commit to its use.
    function indexWindowSeconds() external view returns (uint48);

    function versionOf(ModelVersion version) external view returns (Version memory);

    function splitOf(ModelVersion version) external view returns (Split memory, Ancestor[] memory);

    /// @notice Model, index status, split, ancestors and curators of a version in one call.
    function closingOf(ModelVersion version) external view returns (Closing memory);

    /// @notice The lineage that a version with these parents would owe: each parent's developer with its `royaltyBps`, then that parent's own
    /// ancestors. A position named more than once is owed once, at its highest rate.
    function ancestorsFor(ModelVersion[] calldata parents) external view returns (Ancestor[] memory);

    /// @notice The curators' positions along the version's whole index layout, the principal parent's first, with the records they stand for.
    function curatorsOf(
        ModelVersion version
    ) external view returns (PositionId[] memory positions, uint256[] memory records);

    /// @notice The version's own part of its index layout; the principal parent's layout precedes it.
    function segmentsOf(ModelVersion version) external view returns (Segment[] memory);

    /// @notice The version's whole index layout, at most 32 segments, the principal parent's first: what docs/formats.md §8.3 lays out.
    function layoutOf(ModelVersion version) external view returns (Segment[] memory);

    /// @notice As registered, or as last set.
    function pricesOf(ModelVersion version) external view returns (uint128 inputPrice, uint128 outputPrice);

    /// @notice How many indexes were committed for a version, those included that were ended.
    function indexCommitsOf(ModelVersion version) external view returns (uint32);

    function isCourt(address account) external view returns (bool);

    function indexOf(ModelVersion version) external view returns (Index memory);

    function methodOf(ModelVersion version) external view returns (Method memory);

    function indexStatus(ModelVersion version) external view returns (IndexStatus);

    function modelCount() external view returns (uint64);

    function versionCount() external view returns (uint64);

    /// @notice Base units of the token that the registry holds for others.
    function owed() external view returns (uint256);
}
