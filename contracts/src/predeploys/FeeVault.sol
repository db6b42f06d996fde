// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CHAIN_STATE, IChainState, IFeeVault} from "./IPredeploys.sol";

/// Fees are never burnt, so that supply is conserved. Genesis writes the storage; there is no constructor.
contract FeeVault is IFeeVault {
    address private _recipient;

    receive() external payable {}

    /// @inheritdoc IFeeVault
    function withdraw() external {
        address to = recipient();
        uint256 amount = address(this).balance;
        emit FeesWithdrawn(to, amount);
        (bool sent,) = to.call{value: amount}("");
        if (!sent) revert WithdrawalFailed(to);
    }

    /// @inheritdoc IFeeVault
    function recipient() public view returns (address) {
        return _recipient == address(0) ? IChainState(CHAIN_STATE).owner() : _recipient;
    }
}
