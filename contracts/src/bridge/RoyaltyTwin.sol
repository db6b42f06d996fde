// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {TwinBase} from "./TwinBase.sol";

/// A twin of a collection, with the royalties that it had on its chain.
abstract contract RoyaltyTwin is TwinBase, IERC2981 {
    address internal _royaltyReceiver;
    uint16 internal _royaltyBps;

    /// @inheritdoc IERC2981
    function royaltyInfo(uint256, uint256 salePrice) external view returns (address receiver, uint256 amount) {
        return (_royaltyReceiver, salePrice * _royaltyBps / MAX_BPS);
    }

    function _setRoyalty(address receiver, uint16 bps) internal {
        _royaltyReceiver = receiver;
        _royaltyBps = bps > MAX_BPS ? MAX_BPS : bps;
    }
}
