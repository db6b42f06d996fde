// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IErc20Twin} from "./ITwins.sol";
import {TwinBase} from "./TwinBase.sol";

/// Clone implementation; deployed by the bridge at an address that follows from the L2 token.
contract Erc20Twin is IErc20Twin, ERC20, TwinBase {
    uint8 private _decimals;

    constructor() ERC20("", "") {}

    /// @inheritdoc IErc20Twin
    function setToken(string calldata name_, string calldata symbol_, uint8 decimals_, address owner_)
        external
        onlyBridge
    {
        _describe(name_, symbol_, owner_);
        _decimals = decimals_;
        emit TokenUpdated(name_, symbol_, decimals_);
    }

    /// @inheritdoc IErc20Twin
    function mint(address to, uint256 amount) external onlyBridge {
        uint256 room = type(uint256).max - totalSupply();
        _mint(to, amount < room ? amount : room);
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
