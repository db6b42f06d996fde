// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CHAIN_STATE, IChainState, IFaucet} from "./IPredeploys.sol";

/// Its balance comes from genesis.
contract Faucet is IFaucet {
    /// @inheritdoc IFaucet
    function drip(address to, uint256 amountWei) external {
        if (msg.sender != IChainState(CHAIN_STATE).faucetOperator()) revert OnlyOperator();
        emit Dripped(to, amountWei);
        (bool sent,) = to.call{value: amountWei}("");
        if (!sent) revert DripFailed(to);
    }
}
