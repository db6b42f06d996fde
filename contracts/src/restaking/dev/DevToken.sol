// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// DEV ONLY: a token that anybody can make, for the embedded L1 (dstETH, ALT, bEIGEN). Worth nothing.
contract DevToken is ERC20 {
    /// A call makes at most this many; what is worth nothing needs no other limit.
    uint256 public constant MAX_MINT = 1_000 ether;

    error MintTooLarge(uint256 amount, uint256 limit);

    /// @param holders each gets MAX_MINT to begin with
    constructor(string memory name_, string memory symbol_, address[] memory holders) ERC20(name_, symbol_) {
        for (uint256 i = 0; i < holders.length; i++) {
            _mint(holders[i], MAX_MINT);
        }
    }

    function mint(address to, uint256 amount) external {
        if (amount > MAX_MINT) revert MintTooLarge(amount, MAX_MINT);
        _mint(to, amount);
    }
}
