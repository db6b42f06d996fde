// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {IBridged, OnlyBridge} from "./IBridgedTokens.sol";
import {L2_BRIDGE} from "./IPredeploys.sol";

/// Genesis places the code of the clones' implementations without running constructors, so an implementation itself could
/// be initialised: only the bridge may, and it never does.
abstract contract BridgedBase is IBridged, Initializable {
    /// @inheritdoc IBridged
    address public l1Token;
    /// @inheritdoc IBridged
    address public owner;
    address internal _royaltyReceiver;
    uint16 internal _royaltyBps;
    string internal _tokenName;
    string internal _tokenSymbol;

    modifier onlyBridge() {
        if (msg.sender != L2_BRIDGE) revert OnlyBridge();
        _;
    }

    /// @inheritdoc IBridged
    function describe(address owner_, address royaltyReceiver, uint16 royaltyBps) external onlyBridge {
        if (owner != owner_) {
            emit OwnershipTransferred(owner, owner_);
            owner = owner_;
        }
        _royaltyReceiver = royaltyReceiver;
        _royaltyBps = royaltyBps;
    }

    function _setUp(address l1Token_, string calldata name_, string calldata symbol_) internal {
        l1Token = l1Token_;
        _tokenName = name_;
        _tokenSymbol = symbol_;
    }
}
