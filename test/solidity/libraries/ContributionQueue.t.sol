// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {ContributionQueue} from "../../../contracts/libraries/ContributionQueue.sol";
import {ContributionId} from "../../../contracts/types/Ids.sol";

/// @notice The queue against a list that is searched.
contract ContributionQueueTest is Test {
    using ContributionQueue for ContributionQueue.Queue;

    ContributionQueue.Queue private _queue;
    uint64[] private _list;
    uint64 private _count;

    /// @param steps Each pushes, or removes the entry at that place.
    function testFuzz_Queue_IsTheList(uint8[24] calldata steps) public {
        for (uint256 i; i < steps.length; ++i) {
            if (_list.length == 0 || steps[i] % 2 == 0) {
                _list.push(++_count);
                _queue.push(ContributionId.wrap(_count));
            } else {
                uint256 place = steps[i] % _list.length;
                _queue.remove(ContributionId.wrap(_list[place]));
                for (; place + 1 < _list.length; ++place) _list[place] = _list[place + 1];
                _list.pop();
            }
            _assertIsList();
        }
    }

    function _assertIsList() private view {
        uint64 id = ContributionId.unwrap(_queue.first);
        uint64 earlier;
        for (uint256 place; place < _list.length; ++place) {
            assertEq(id, _list[place]);
            ContributionQueue.Link memory link = _queue.links[ContributionId.wrap(id)];
            assertEq(ContributionId.unwrap(link.earlier), earlier);
            (earlier, id) = (id, ContributionId.unwrap(link.later));
        }
        assertEq(id, 0);
        assertEq(ContributionId.unwrap(_queue.last), earlier);
    }
}
