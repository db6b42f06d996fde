// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {INativeTwin} from "./ITwins.sol";

/// Clone implementation; deployed by the bridge with the first payout of native coin.
contract NativeTwin is INativeTwin, ERC20, Initializable {
    /// @inheritdoc INativeTwin
    address public bridge;
    uint8 private _decimals;
    string private _twinName;
    string private _twinSymbol;

    constructor() ERC20("", "") {
        _disableInitializers();
    }

    /// @inheritdoc INativeTwin
    function initialize(string calldata name_, string calldata symbol_, uint8 decimals_) external initializer {
        bridge = msg.sender;
        _twinName = name_;
        _twinSymbol = symbol_;
        _decimals = decimals_;
    }

    /// @inheritdoc INativeTwin
    function mint(address to, uint256 amount) external {
        if (msg.sender != bridge) revert OnlyBridge();
        _mint(to, amount);
    }

    function name() public view override returns (string memory) {
        return _twinName;
    }

    function symbol() public view override returns (string memory) {
        return _twinSymbol;
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }
}
