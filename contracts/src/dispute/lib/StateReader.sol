// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Journal} from "../Journal.sol";
import {MerklePatricia} from "./MerklePatricia.sol";
import {RlpReader} from "./RlpReader.sol";
import {Witness} from "./Witness.sol";

/// Reads slots of accounts from the tries of a state.
library StateReader {
    using RlpReader for MerklePatricia.Item;
    using MerklePatricia for MerklePatricia.Item;

    uint256 private constant STORAGE_ROOT = 2;

    /// Root of an account's storage; of none where there is no such account.
    function storageRoot(Witness memory witness, bytes32 stateRoot, address account) internal pure returns (bytes32) {
        (bool found, MerklePatricia.Item memory value) =
            MerklePatricia.get(witness, stateRoot, keccak256(abi.encodePacked(account)));
        if (!found) return Journal.EMPTY_TRIE_ROOT;
        return bytes32(MerklePatricia._content(value, true).number(STORAGE_ROOT));
    }

    function slotIn(Witness memory witness, bytes32 root, uint256 key) internal pure returns (uint256) {
        (bool found, MerklePatricia.Item memory value) = MerklePatricia.get(witness, root, keccak256(abi.encode(key)));
        return found ? MerklePatricia._content(value, false).number() : 0;
    }

    function slot(Witness memory witness, bytes32 stateRoot, address account, uint256 key)
        internal
        pure
        returns (uint256)
    {
        return slotIn(witness, storageRoot(witness, stateRoot, account), key);
    }
}
