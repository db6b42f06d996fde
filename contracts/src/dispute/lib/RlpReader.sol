// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MerklePatricia} from "./MerklePatricia.sol";
import {Witness} from "./Witness.sol";

/// Reads lists of RLP that are shown: headers.
library RlpReader {
    using MerklePatricia for MerklePatricia.Item;

    uint256 private constant MAX_BYTES = type(uint16).max;

    /// Reads a list whose hash is known. @return its content
    function shown(Witness memory witness, bytes32 hash) internal pure returns (MerklePatricia.Item memory) {
        return MerklePatricia._list(witness, hash, MAX_BYTES);
    }

    /// Item `index` of a list's content, a number of at most 32 bytes.
    function number(MerklePatricia.Item memory list, uint256 index) internal pure returns (uint256) {
        return MerklePatricia._content(MerklePatricia._item(list, index), false).number();
    }
}
