// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// A group of operators that one AVS formed. Quorum N of an AVS is its operator set N.
/// @param avs the AVS's address in AllocationManager and AVSDirectory: its service manager
struct OperatorSet {
    address avs;
    uint32 id;
}

/// One word per operator set, for mappings and sets: the AVS in the upper 20 bytes, the id in the lower 12.
library OperatorSetKey {
    function key(OperatorSet memory set) internal pure returns (bytes32) {
        return bytes32((uint256(uint160(set.avs)) << 96) | set.id);
    }

    function decode(bytes32 value) internal pure returns (OperatorSet memory) {
        return OperatorSet({avs: address(uint160(uint256(value) >> 96)), id: uint32(uint256(value))});
    }
}
