// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Place in the calldata where a witness is read on.
struct Witness {
    uint256 position;
    uint256 end;
}

/// Reads what a mover shows, word by word. What is read proves nothing until its hash was compared.
library WitnessReader {
    error WitnessTooShort();

    function open(bytes calldata data) internal pure returns (Witness memory witness) {
        assembly ("memory-safe") {
            mstore(witness, data.offset)
            mstore(add(witness, 0x20), add(data.offset, data.length))
        }
    }

    function word(Witness memory witness) internal pure returns (uint256 value) {
        uint256 position = _take(witness, 32);
        assembly ("memory-safe") {
            value := calldataload(position)
        }
    }

    function digest(Witness memory witness) internal pure returns (bytes32) {
        return bytes32(word(witness));
    }

    /// Copies `count` words to `target`, which has room for them.
    function wordsTo(Witness memory witness, uint256 count, uint256 target) internal pure {
        uint256 position = _take(witness, count << 5);
        assembly ("memory-safe") {
            calldatacopy(target, position, shl(5, count))
        }
    }

    function words(Witness memory witness, uint256 count) internal pure returns (uint256[] memory values) {
        // Before memory is taken for them.
        if (count > (witness.end - witness.position) >> 5) revert WitnessTooShort();
        values = new uint256[](count);
        uint256 target;
        assembly ("memory-safe") {
            target := add(values, 0x20)
        }
        wordsTo(witness, count, target);
    }

    function _take(Witness memory witness, uint256 size) private pure returns (uint256 position) {
        position = witness.position;
        if (size > witness.end - position) revert WitnessTooShort();
        witness.position = position + size;
    }
}
