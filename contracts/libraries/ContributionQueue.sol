// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ContributionId} from "../types/Ids.sol";

/// @notice The contributions of a datanet that are neither accepted nor rejected, in the order of their ids; any of them can leave in O(1).
library ContributionQueue {
    /// @dev 0 where there is no neighbour.
    struct Link {
        ContributionId earlier;
        ContributionId later;
    }

    struct Queue {
        ContributionId first;
        ContributionId last;
        mapping(ContributionId => Link) links;
    }

    /// @notice Puts a contribution at the end.
    function push(Queue storage queue, ContributionId contribution) internal {
        ContributionId last = queue.last;
        if (ContributionId.unwrap(last) == 0) {
            queue.first = contribution;
        } else {
            queue.links[last].later = contribution;
            queue.links[contribution].earlier = last;
        }
        queue.last = contribution;
    }

    /// @notice Takes a contribution out that is in the queue, wherever it stands.
    function remove(Queue storage queue, ContributionId contribution) internal {
        Link memory link = queue.links[contribution];
        delete queue.links[contribution];
        if (ContributionId.unwrap(link.earlier) == 0) queue.first = link.later;
        else queue.links[link.earlier].later = link.later;
        if (ContributionId.unwrap(link.later) == 0) queue.last = link.earlier;
        else queue.links[link.later].earlier = link.earlier;
    }
}
