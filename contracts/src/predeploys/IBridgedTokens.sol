// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

error OnlyBridge();

/// What the L2 images of L1 tokens share.
interface IBridged {
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);

    /// What the token on the L1 said of itself when somebody last registered it (IBridge.registerToken).
    function describe(address owner, address royaltyReceiver, uint16 royaltyBps) external;
    /// Owner of the token on the L1, or zero; has no power here.
    function owner() external view returns (address);
    function l1Token() external view returns (address);
}

interface IBridgedCollection is IBridged {
    function initialize(address l1Token, string calldata name, string calldata symbol) external;
}

/// L2 image of an L1 ERC-20, or of ETH when `l1Token` is zero.
interface IBridgedErc20 is IBridged {
    function initialize(address l1Token, string calldata name, string calldata symbol, uint8 decimals) external;
    function mint(address to, uint256 amount) external;
    function burn(address from, uint256 amount) external;
}

/// L2 image of an L1 ERC-721 collection; token URIs are those of the time of deposit.
interface IBridgedErc721 is IBridgedCollection {
    /// Mints without calling the recipient.
    function mint(address to, uint256 tokenId, string calldata uri) external;
    function burn(uint256 tokenId) external;
}

/// L2 image of an L1 ERC-1155 collection; URIs are those of the newest deposit of the id.
interface IBridgedErc1155 is IBridgedCollection {
    /// Mints without calling the recipient.
    function mint(address to, uint256 tokenId, uint256 amount, string calldata uri) external;
    function burn(address from, uint256 tokenId, uint256 amount) external;
}
