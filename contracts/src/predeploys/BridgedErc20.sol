// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IBridgedErc20, OnlyBridge} from "./IBridgedTokens.sol";
import {L2_BRIDGE} from "./IPredeploys.sol";

/// Clone implementation. Genesis places the code without running the constructor, so the implementation itself could be
/// initialised: only the bridge may, and it never does.
contract BridgedErc20 is IBridgedErc20, ERC20, Initializable {
    /// @inheritdoc IBridgedErc20
    address public l1Token;
    uint8 private _decimals;
    string private _tokenName;
    string private _tokenSymbol;

    modifier onlyBridge() {
        if (msg.sender != L2_BRIDGE) revert OnlyBridge();
        _;
    }

    constructor() ERC20("", "") {}

    /// @inheritdoc IBridgedErc20
    function initialize(address l1Token_, string calldata name_, string calldata symbol_, uint8 decimals_)
        external
        onlyBridge
        initializer
    {
        l1Token = l1Token_;
        _tokenName = name_;
        _tokenSymbol = symbol_;
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
