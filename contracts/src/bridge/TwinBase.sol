// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {ITwin} from "./ITwins.sol";

/// What the twins of all standards share: who made them, of what, and a title that only its holder passes on.
abstract contract TwinBase is ITwin, Initializable {
    uint16 internal constant MAX_BPS = 10_000;

    /// @inheritdoc ITwin
    address public bridge;
    /// @inheritdoc ITwin
    address public l2Token;
    /// @inheritdoc ITwin
    address public owner;
    /// Once the owner passed the title on here, the chain's last word about it is void.
    bool private _ownerMoved;
    string internal _twinName;
    string internal _twinSymbol;

    modifier onlyBridge() {
        if (msg.sender != bridge) revert OnlyBridge();
        _;
    }

    constructor() {
        _disableInitializers();
    }

    /// @inheritdoc ITwin
    function initialize(address l2Token_) external initializer {
        bridge = msg.sender;
        l2Token = l2Token_;
    }

    /// @inheritdoc ITwin
    function transferOwnership(address newOwner) external {
        if (msg.sender != owner) revert OnlyOwner();
        _ownerMoved = true;
        _setOwner(newOwner);
    }

    /// What the chain says of the title.
    function _describe(string calldata name_, string calldata symbol_, address owner_) internal {
        _twinName = name_;
        _twinSymbol = symbol_;
        if (!_ownerMoved && owner != owner_) _setOwner(owner_);
    }

    function _setOwner(address newOwner) private {
        emit OwnershipTransferred(owner, newOwner);
        owner = newOwner;
    }
}
