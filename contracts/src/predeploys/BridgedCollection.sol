// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {BridgedBase} from "./BridgedBase.sol";
import {IBridgedCollection} from "./IBridgedTokens.sol";

/// The image of a collection has its royalties too.
abstract contract BridgedCollection is IBridgedCollection, BridgedBase, IERC2981 {
    uint256 private constant ROYALTY_BASE = 10_000;

    /// @inheritdoc IBridgedCollection
    function initialize(address l1Token_, string calldata name_, string calldata symbol_)
        external
        onlyBridge
        initializer
    {
        _setUp(l1Token_, name_, symbol_);
    }

    /// @inheritdoc IERC2981
    function royaltyInfo(uint256, uint256 salePrice) external view returns (address receiver, uint256 amount) {
        return (_royaltyReceiver, salePrice * _royaltyBps / ROYALTY_BASE);
    }
}
