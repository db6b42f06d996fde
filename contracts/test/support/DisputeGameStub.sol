// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// What a rollup sees of a dispute game, for tests of the rollup: says which pack is contested, and takes bonds.
contract DisputeGameStub {
    uint64 private _contested;

    /// @param packIndex 0 for none
    function contest(uint64 packIndex) external {
        _contested = packIndex;
    }

    function firstContested(address) external view returns (uint64) {
        return _contested == 0 ? type(uint64).max : _contested;
    }

    receive() external payable {}
}
