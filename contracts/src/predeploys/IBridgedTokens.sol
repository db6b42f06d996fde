// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

error OnlyBridge();

/// L2 image of an L1 ERC-20, or of ETH when `l1Token` is zero.
interface IBridgedErc20 {
    function initialize(address l1Token, string calldata name, string calldata symbol, uint8 decimals) external;
    function mint(address to, uint256 amount) external;
    function burn(address from, uint256 amount) external;
    function l1Token() external view returns (address);
}

/// L2 image of an L1 ERC-721 collection; token URIs are those of the time of deposit.
interface IBridgedErc721 {
    function initialize(address l1Token, string calldata name, string calldata symbol) external;
    /// Mints without calling the recipient.
    function mint(address to, uint256 tokenId, string calldata uri) external;
    function burn(uint256 tokenId) external;
    function l1Token() external view returns (address);
}
