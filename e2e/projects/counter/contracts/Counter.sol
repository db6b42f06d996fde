// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

contract Counter {
    event Changed(address indexed by, uint256 value);

    error TooLarge(uint256 most);

    uint256 public number;

    constructor(uint256 first) {
        number = first;
    }

    function set(uint256 value) external {
        if (value > 100) revert TooLarge(100);
        require(value != 13, "unlucky");
        number = value;
        emit Changed(msg.sender, value);
    }
}
