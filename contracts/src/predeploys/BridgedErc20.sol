// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {BridgedBase} from "./BridgedBase.sol";
import {IBridgedErc20} from "./IBridgedTokens.sol";

/// Clone implementation.
contract BridgedErc20 is IBridgedErc20, ERC20, BridgedBase {
    uint8 private _decimals;

    constructor() ERC20("", "") {}

    /// @inheritdoc IBridgedErc20
    function initialize(address l1Token_, string calldata name_, string calldata symbol_, uint8 decimals_)
        external
        onlyBridge
        initializer
    {
        _setUp(l1Token_, name_, symbol_);
        _decimals = decimals_;
    }

    /// @inheritdoc IBridgedErc20
    function mint(address to, uint256 amount) external onlyBridge {
        _mint(to, amount);
    }

    /// @inheritdoc IBridgedErc20
    function burn(address from, uint256 amount) external onlyBridge {
        _burn(from, amount);
    }

    function name() public view override returns (string memory) {
        return _tokenName;
    }

    function symbol() public view override returns (string memory) {
        return _tokenSymbol;
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }
}
