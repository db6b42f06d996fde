// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Sponge} from "../../src/dispute/lib/Sponge.sol";
import {Test} from "../support/Test.sol";

contract SpongeTest is Test {
    function _pointer(bytes memory data) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := add(data, 0x20)
        }
    }

    /// Takes up whole blocks in two parts, then the rest.
    function _hash(bytes memory data, uint256 first) private pure returns (bytes32) {
        uint256[] memory lanes = new uint256[](Sponge.LANES);
        uint256 blocks = data.length / Sponge.RATE;
        first = blocks == 0 ? 0 : first % (blocks + 1);
        uint256 pointer = _pointer(data);
        Sponge.absorb(lanes, pointer, first);
        Sponge.absorb(lanes, pointer + first * Sponge.RATE, blocks - first);
        return Sponge.finish(lanes, pointer + blocks * Sponge.RATE, data.length % Sponge.RATE);
    }

    function testFuzz_isKeccak256(bytes memory data, uint256 first) public pure {
        assertEq(_hash(data, first), keccak256(data), "hash");
    }

    function test_edgesOfABlock() public pure {
        for (uint256 length = 0; length <= 3 * Sponge.RATE + 1; length++) {
            uint256 place = length % Sponge.RATE;
            if (place > 2 && place < Sponge.RATE - 2) continue;
            bytes memory data = new bytes(length);
            for (uint256 i = 0; i < length; i++) {
                data[i] = bytes1(uint8(i * 7 + length));
            }
            assertEq(_hash(data, 1), keccak256(data), "hash");
        }
    }

    function test_gasOfABlock() public {
        bytes memory data = new bytes(32 * Sponge.RATE);
        uint256[] memory lanes = new uint256[](Sponge.LANES);
        uint256 before = gasleft();
        Sponge.absorb(lanes, _pointer(data), 32);
        uint256 each = (before - gasleft()) / 32;
        vm.snapshotValue("disputeSponge", "a block of 136 bytes", each);
        assertAtMost(each, 90_000, "gas of a block");
    }
}
