// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Pack} from "../rollup/IRollup.sol";
import {ClaimKind} from "./IChallengeManager.sol";
import {Kinds} from "./Words.sol";

/// What a pack claims, as the first and the last state of the machine that shows it (packages/dispute).
library Claims {
    /// Root of a word tree of zeros.
    bytes32 private constant EMPTY_TREE = 0xc65e9645644786b620e2dd2ad648ddfcbf4a7e5b1a3a4ecfe7f64667a3f0b7e2;

    /// @return known false when the pack makes no such claim
    /// @return initial digest of the state in which the claim begins, which follows from the pack
    /// @return claimed digest of the state with which it ends if it is true
    function statesOf(Pack calldata pack, ClaimKind kind, uint64 blockIndex)
        internal
        pure
        returns (bool known, bytes32 initial, bytes32 claimed)
    {
        if (kind == ClaimKind.Reading) {
            if (blockIndex != 0) return (false, 0, 0);
            return (true, _reading(pack), keccak256(abi.encode(Kinds.READ, pack.contentRoot)));
        }
        if (blockIndex >= pack.outputRoots.length) return (false, 0, 0);
        bytes32 parent = blockIndex == 0 ? pack.parentOutputRoot : pack.outputRoots[blockIndex - 1];
        uint256 number = uint256(pack.firstBlock) + blockIndex;
        initial = keccak256(abi.encode(Kinds.OPENING, parent, pack.contentRoot, number, blockIndex));
        claimed = keccak256(abi.encode(Kinds.DONE, pack.outputRoots[blockIndex]));
        known = true;
    }

    /// Nothing is read yet.
    function _reading(Pack calldata pack) private pure returns (bytes32) {
        uint256[11] memory words;
        words[0] = Kinds.READING;
        words[1] = uint256(keccak256(abi.encodePacked(pack.frames)));
        words[2] = pack.frames.length;
        words[3] = pack.firstBlock;
        words[4] = uint256(pack.lastBlock) - pack.firstBlock + 1;
        words[7] = uint256(EMPTY_TREE);
        words[9] = uint256(EMPTY_TREE);
        return keccak256(abi.encode(words));
    }
}
