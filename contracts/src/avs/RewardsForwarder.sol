// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IRewardsCoordinator} from "../restaking/interfaces/IRewardsCoordinator.sol";
import {IServiceManager} from "./IServiceManager.sol";

/// Passes rewards on to the core in the AVS's name. Tokens move from the rewards initiator through this contract and none
/// stay: what the core does not take makes the call fail.
abstract contract RewardsForwarder is IServiceManager, Ownable {
    using SafeERC20 for IERC20;

    IRewardsCoordinator internal immutable _rewardsCoordinator;

    /// @inheritdoc IServiceManager
    address public rewardsInitiator;

    modifier onlyRewardsInitiator() {
        if (msg.sender != rewardsInitiator) revert OnlyRewardsInitiator();
        _;
    }

    constructor(IRewardsCoordinator rewardsCoordinator) {
        _rewardsCoordinator = rewardsCoordinator;
    }

    /// @inheritdoc IServiceManager
    function createAVSRewardsSubmission(IRewardsCoordinator.RewardsSubmission[] calldata rewardsSubmissions)
        external
        virtual
        onlyRewardsInitiator
    {
        for (uint256 i = 0; i < rewardsSubmissions.length; i++) {
            _take(rewardsSubmissions[i].token, rewardsSubmissions[i].amount);
        }
        _rewardsCoordinator.createAVSRewardsSubmission(rewardsSubmissions);
    }

    /// @inheritdoc IServiceManager
    function createOperatorDirectedAVSRewardsSubmission(
        IRewardsCoordinator.OperatorDirectedRewardsSubmission[] calldata rewardsSubmissions
    ) external virtual onlyRewardsInitiator {
        for (uint256 i = 0; i < rewardsSubmissions.length; i++) {
            IRewardsCoordinator.OperatorReward[] calldata rewards = rewardsSubmissions[i].operatorRewards;
            uint256 amount = 0;
            for (uint256 j = 0; j < rewards.length; j++) {
                amount += rewards[j].amount;
            }
            _take(rewardsSubmissions[i].token, amount);
        }
        _rewardsCoordinator.createOperatorDirectedAVSRewardsSubmission(address(this), rewardsSubmissions);
    }

    /// @inheritdoc IServiceManager
    function setRewardsInitiator(address newRewardsInitiator) external onlyOwner {
        _setRewardsInitiator(newRewardsInitiator);
    }

    function _setRewardsInitiator(address newRewardsInitiator) internal {
        emit RewardsInitiatorUpdated(rewardsInitiator, newRewardsInitiator);
        rewardsInitiator = newRewardsInitiator;
    }

    /// One call may carry several submissions of a token: allowances add up.
    function _take(IERC20 token, uint256 amount) private {
        token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 allowance = token.allowance(address(this), address(_rewardsCoordinator));
        token.forceApprove(address(_rewardsCoordinator), allowance + amount);
    }
}
