// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MerklePatricia} from "./MerklePatricia.sol";
import {Witness, WitnessReader} from "./Witness.sol";

/// Reads lists of RLP that are shown: headers.
library RlpReader {
    using WitnessReader for Witness;
    using MerklePatricia for MerklePatricia.Item;

    error WrongBytes();

    /// Reads a list: its length in bytes, then the bytes, filled up to whole words. @return list its content
    function shown(Witness memory witness, bytes32 hash) internal pure returns (MerklePatricia.Item memory list) {
        uint256 length = witness.word();
        if (length > type(uint16).max) revert WrongBytes();
        uint256[] memory words = witness.words((length + 31) >> 5);
        bytes32 digest;
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := add(words, 0x20)
            digest := keccak256(pointer, length)
        }
        if (digest != hash) revert WrongBytes();
        return MerklePatricia._content(MerklePatricia.Item(pointer, length), true);
    }

    /// Item `index` of a list's content, a number of at most 32 bytes.
    function number(MerklePatricia.Item memory list, uint256 index) internal pure returns (uint256) {
        return MerklePatricia._content(MerklePatricia._item(list, index), false).number();
    }
}
