// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {IOperatorAllowlist} from "./IOperatorAllowlist.sol";

/// Behind a proxy.
contract OperatorAllowlist is IOperatorAllowlist, Initializable, Ownable {
    using EnumerableSet for EnumerableSet.AddressSet;

    EnumerableSet.AddressSet private _operators;
    /// @inheritdoc IOperatorAllowlist
    bool public allowlistEnabled;
    /// @inheritdoc IOperatorAllowlist
    address public allowlistManager;

    /// The implementation owns itself, which is nobody.
    constructor() Ownable(address(this)) {
        _disableInitializers();
    }

    function initialize(address owner_, address manager, bool enabled, address[] calldata operators)
        external
        initializer
    {
        _transferOwnership(owner_);
        emit AllowlistManagerChanged(address(0), manager);
        allowlistManager = manager;
        allowlistEnabled = enabled;
        if (enabled) emit AllowlistEnabled();
        bool[] memory status = new bool[](operators.length);
        for (uint256 i = 0; i < operators.length; i++) {
            status[i] = true;
        }
        _set(operators, status);
    }

    /// @inheritdoc IOperatorAllowlist
    function setAllowlist(address[] calldata operators, bool[] calldata status) external {
        if (msg.sender != allowlistManager && msg.sender != owner()) revert NotAllowlistManager();
        _set(operators, status);
    }

    /// @inheritdoc IOperatorAllowlist
    function enableAllowlist() external onlyOwner {
        if (allowlistEnabled) revert AlreadyEnabled();
        allowlistEnabled = true;
        emit AllowlistEnabled();
    }

    /// @inheritdoc IOperatorAllowlist
    function disableAllowlist() external onlyOwner {
        if (!allowlistEnabled) revert AlreadyDisabled();
        allowlistEnabled = false;
        emit AllowlistDisabled();
    }

    /// @inheritdoc IOperatorAllowlist
    function setAllowlistManager(address manager) external onlyOwner {
        emit AllowlistManagerChanged(allowlistManager, manager);
        allowlistManager = manager;
    }

    /// @inheritdoc IOperatorAllowlist
    function isOperatorAllowed(address operator) public view returns (bool) {
        return _operators.contains(operator);
    }

    /// @inheritdoc IOperatorAllowlist
    function canRegister(address operator) external view returns (bool) {
        return !allowlistEnabled || isOperatorAllowed(operator);
    }

    /// @inheritdoc IOperatorAllowlist
    function getAllowlistSize() external view returns (uint256) {
        return _operators.length();
    }

    /// @inheritdoc IOperatorAllowlist
    function getAllowlistAtIndex(uint256 index) external view returns (address) {
        return _operators.at(index);
    }

    /// @inheritdoc IOperatorAllowlist
    function queryOperators(uint256 start, uint256 count) external view returns (address[] memory operators) {
        uint256 length = _operators.length();
        if (start >= length) revert StartOutOfBounds();
        uint256 size = count < length - start ? count : length - start;
        operators = new address[](size);
        for (uint256 i = 0; i < size; i++) {
            operators[i] = _operators.at(start + i);
        }
    }

    function _set(address[] calldata operators, bool[] memory status) private {
        if (operators.length != status.length) revert InputLengthMismatch();
        for (uint256 i = 0; i < operators.length; i++) {
            if (operators[i] == address(0)) revert ZeroAddress();
            if (status[i]) _operators.add(operators[i]);
            else _operators.remove(operators[i]);
        }
        emit AllowlistUpdated(operators, status);
    }
}
